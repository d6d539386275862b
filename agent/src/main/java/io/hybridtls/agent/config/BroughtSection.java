package io.hybridtls.agent.config;

import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.secret.SecretText;
import java.nio.file.Path;
import java.util.Optional;

/** {@code issuers.<name>} of the types {@code imported} and {@code files}: nobody is asked. */
final class BroughtSection {

  private static final String FOLDER = "\"/etc/letsencrypt/live/mail.contoso.example/";
  private static final String CERTIFICATE = FOLDER + "fullchain.pem\"";
  private static final String KEY = FOLDER + "privkey.pem\"";
  private static final String CHAIN = FOLDER + "chain.pem\"";

  private BroughtSection() {}

  static Optional<ImportedSettings> imported(Section issuer) {
    Setting<Optional<Path>> trusted = issuer.optional("trusted-ca-file", FileReaders.CA_FILE);
    return issuer.build(() -> new ImportedSettings(issuer.name(), trusted.get()));
  }

  static Optional<FilesSettings> files(Section issuer) {
    Setting<Path> certificate =
        issuer.required("certificate-file", FileReaders.path(CERTIFICATE), CERTIFICATE);
    Setting<Optional<Path>> key = issuer.optional("key-file", FileReaders.path(KEY));
    Setting<Optional<Path>> chain = issuer.optional("chain-file", FileReaders.path(CHAIN));
    Setting<Optional<SecretText>> password = issuer.optional("password", new SecretTextReader());
    Setting<Optional<Path>> trusted = issuer.optional("trusted-ca-file", FileReaders.CA_FILE);
    SecretTextReader.warnOfOptionalLiteral(password);
    key.read()
        .ifPresent(
            file -> {
              if (file.isPresent()) {
                requireClosed(key, file.get());
              } else {
                certificate.read().ifPresent(both -> requireClosed(certificate, both));
              }
            });
    return issuer.build(
        () ->
            new FilesSettings(
                issuer.name(),
                certificate.get(),
                key.get(),
                chain.get(),
                password.get(),
                trusted.get()));
  }

  /** What is not there yet is waited for; what is there must not have been read by others. */
  private static void requireClosed(Setting<?> setting, Path file) {
    if (FileModes.isOpenToOthers(file)) {
      setting.wrong(
          file + " holds a private key, and is open to others than its owner",
          "run chmod 600 " + file + ", and let the tool that writes it do so too");
    }
  }
}
