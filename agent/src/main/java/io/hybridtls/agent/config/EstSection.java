package io.hybridtls.agent.config;

import io.hybridtls.agent.est.EstCredentials;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.secret.SecretText;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** {@code issuers.<name>} of type {@code est}. */
final class EstSection {

  private static final String EXAMPLE = "\"https://est.contoso.example\"";

  private EstSection() {}

  static Optional<EstSettings> read(Section issuer) {
    Setting<URI> server = issuer.required("server", NetworkReaders.httpsUri(EXAMPLE), EXAMPLE);
    Setting<Optional<String>> label =
        issuer.optional("label", Readers.text("mail", EstSection::label));
    Setting<Optional<Path>> trusted = issuer.optional("trusted-ca-file", FileReaders.CA_FILE);
    Setting<Boolean> present = issuer.value("present-certificate", Readers.BOOLEAN, "true");
    Optional<Section> section = issuer.section("credentials");
    Optional<EstCredentials> credentials = section.flatMap(EstSection::credentials);
    if (section.isPresent() && credentials.isEmpty()) {
      return Optional.empty();
    }
    server.read().ifPresent(uri -> requireBare(server, uri));
    if (section.isEmpty() && !present.read().orElse(true)) {
      present.wrong(
          "the server would not know who asks: there are no credentials either",
          "write credentials { user = ..., password = { file = ... } }, or remove it");
    }
    return issuer.build(
        () ->
            new EstSettings(
                issuer.name(),
                server.get(),
                label.get(),
                trusted.get(),
                credentials,
                present.get()));
  }

  private static Optional<EstCredentials> credentials(Section section) {
    Setting<String> user = section.required("user", Readers.text("\"mail-host\""), "\"mail-host\"");
    Setting<SecretText> password =
        section.required(
            "password", new SecretTextReader(), "{ file = \"/etc/hybridtls/est.password\" }");
    SecretTextReader.warnOfLiteral(password);
    return section.build(() -> new EstCredentials(user.get(), password.get()));
  }

  /** The rest of each URL is the protocol's (RFC 7030, section 3.2.2). */
  private static void requireBare(Setting<?> setting, URI uri) {
    boolean path = uri.getPath() != null && uri.getPath().length() > 1;
    if (path || uri.getQuery() != null || uri.getUserInfo() != null) {
      setting.wrong(
          "\"" + uri + "\" has more than host and port",
          "write for example " + EXAMPLE + "; the label, if there is one, is a setting of its own");
    }
  }

  private static String label(String text) {
    if (!text.matches("[A-Za-z0-9._~-]+")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a label: use letters, digits, '.', '_', '~' and '-'");
    }
    return text;
  }
}
