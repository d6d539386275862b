package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.acme.ExternalAccount;
import io.hybridtls.agent.acme.ValidationMethod;
import io.hybridtls.agent.acme.ValidationMethod.DnsPersist01;
import io.hybridtls.agent.secret.SecretText;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** {@code issuers.<name>} of type {@code acme}. */
final class AcmeSection {

  private AcmeSection() {}

  static Optional<AcmeSettings> read(Section issuer, ValidationSection validations) {
    Setting<URI> directory =
        issuer.required(
            "directory",
            NetworkReaders.HTTPS_URI,
            "\"https://acme-v02.api.letsencrypt.org/directory\"");
    Setting<List<URI>> contacts =
        issuer.value("contacts", Readers.listOf(NetworkReaders.MAILTO_URI), "[]");
    Setting<Boolean> agreed = issuer.value("terms-of-service-agreed", Readers.BOOLEAN, "false");
    Setting<Optional<String>> profile = issuer.optional("profile", Readers.text("classic"));
    Optional<ValidationMethod> validation = validations.read(issuer);
    Setting<Optional<Path>> trusted = issuer.optional("trusted-ca-file", FileReaders.CA_FILE);
    Setting<Optional<String>> chain =
        issuer.optional("preferred-chain", Readers.text("\"ISRG Root X1\""));
    Setting<Optional<URI>> staging = issuer.optional("try-staging-first", NetworkReaders.HTTPS_URI);
    staging.read().flatMap(uri -> uri).ifPresent(uri -> check(staging, uri, directory, validation));
    Optional<Section> binding = issuer.section("external-account");
    Optional<ExternalAccount> external = binding.flatMap(AcmeSection::externalAccount);
    if (binding.isPresent() && external.isEmpty()) {
      return Optional.empty();
    }
    if (!agreed.read().orElse(true)) {
      agreed.wrong(
          "the CA's terms of service have not been agreed to, so it makes no account",
          "read them (the CA's directory links to them) and write terms-of-service-agreed = true");
    }
    return validation.flatMap(
        method ->
            issuer.build(
                () ->
                    new AcmeSettings(
                        issuer.name(),
                        directory.get(),
                        contacts.get(),
                        agreed.get(),
                        profile.get(),
                        trusted.get(),
                        method,
                        external,
                        chain.get(),
                        staging.get())));
  }

  private static void check(
      Setting<?> staging,
      URI written,
      Setting<URI> directory,
      Optional<ValidationMethod> validation) {
    if (directory.read().filter(written::equals).isPresent()) {
      staging.wrong(
          "it is the directory itself, so that nothing would be spared",
          "write the URL of the CA's staging directory, or remove it");
    }
    if (validation.filter(method -> method instanceof DnsPersist01).isPresent()) {
      staging.wrong(
          "the standing record of dns-persist-01 names one account, and the staging directory has"
              + " another",
          "write another challenge, or remove it");
    }
  }

  private static Optional<ExternalAccount> externalAccount(Section binding) {
    Setting<String> keyId = binding.required("key-id", Readers.text("\"kid-1\""), "\"kid-1\"");
    Setting<SecretText> key =
        binding.required(
            "hmac-key", new SecretTextReader(), "{ file = \"/etc/hybridtls/acme-hmac.key\" }");
    SecretTextReader.warnOfLiteral(key);
    SecretTextReader.requireBase64(
        key, AcmeSection::ofEitherAlphabet, "take it as the CA gave it to you");
    return binding.build(() -> new ExternalAccount(keyId.get(), key.get()));
  }

  /** CAs give it in the one or the other. */
  private static byte[] ofEitherAlphabet(String text) {
    return Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
  }
}
