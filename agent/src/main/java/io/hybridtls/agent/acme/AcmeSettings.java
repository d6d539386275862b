package io.hybridtls.agent.acme;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One ACME issuer, as configured.
 *
 * @param directory the CA's directory (RFC 8555, section 7.1.1)
 * @param contacts {@code mailto:} URIs
 * @param termsOfServiceAgreed the administrator's word; without it no account is made
 * @param profile the certificate profile asked for in new orders (the CA's directory lists what it
 *     has); the CA's default when empty
 * @param trustedCaFile PEM with the roots that the CA's own HTTPS server is checked against, in
 *     place of the system's
 * @param externalAccount for CAs that make accounts for their customers alone
 * @param preferredChain the common name of the root that the chain is to lead to, where the CA has
 *     several; the CA's own choice when empty
 * @param stagingFirst a directory where names that are new are ordered first
 */
public record AcmeSettings(
    String name,
    URI directory,
    List<URI> contacts,
    boolean termsOfServiceAgreed,
    Optional<String> profile,
    Optional<Path> trustedCaFile,
    ValidationMethod validation,
    Optional<ExternalAccount> externalAccount,
    Optional<String> preferredChain,
    Optional<URI> stagingFirst) {

  public AcmeSettings {
    contacts = List.copyOf(contacts);
  }

  /** The same at the directory for rehearsals, if there is one; the CA's roots differ there. */
  Optional<AcmeSettings> atStaging() {
    return stagingFirst.map(
        staging ->
            new AcmeSettings(
                name,
                staging,
                contacts,
                termsOfServiceAgreed,
                profile,
                trustedCaFile,
                validation,
                externalAccount,
                Optional.empty(),
                Optional.empty()));
  }
}
