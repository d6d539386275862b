package io.hybridtls.agent.testing.acme;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.acme.ExternalAccount;
import io.hybridtls.agent.acme.ValidationMethod;
import io.hybridtls.agent.acme.ValidationMethod.Http01;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An ACME issuer's settings, of which a test says what it is about. Immutable. */
public record AcmeIssuerSettings(AcmeSettings settings) {

  /** By http-01, without contacts, and with all else left to the CA. */
  public static AcmeIssuerSettings at(String name, URI directory) {
    return new AcmeIssuerSettings(
        new AcmeSettings(
            name,
            directory,
            List.of(),
            true,
            Optional.empty(),
            Optional.empty(),
            new Http01(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  public AcmeIssuerSettings contacts(List<URI> contacts) {
    return with(contacts, settings.termsOfServiceAgreed(), settings.profile());
  }

  public AcmeIssuerSettings agreed(boolean agreed) {
    return with(settings.contacts(), agreed, settings.profile());
  }

  public AcmeIssuerSettings profile(Optional<String> profile) {
    return with(settings.contacts(), settings.termsOfServiceAgreed(), profile);
  }

  public AcmeIssuerSettings trusting(Optional<Path> roots) {
    return with(roots, settings.validation(), settings.externalAccount());
  }

  public AcmeIssuerSettings provingBy(ValidationMethod method) {
    return with(settings.trustedCaFile(), method, settings.externalAccount());
  }

  public AcmeIssuerSettings boundTo(Optional<ExternalAccount> account) {
    return with(settings.trustedCaFile(), settings.validation(), account);
  }

  public AcmeIssuerSettings preferring(Optional<String> root) {
    return with(root, settings.stagingFirst());
  }

  public AcmeIssuerSettings rehearsingAt(Optional<URI> staging) {
    return with(settings.preferredChain(), staging);
  }

  private AcmeIssuerSettings with(List<URI> contacts, boolean agreed, Optional<String> profile) {
    return new AcmeIssuerSettings(
        new AcmeSettings(
            settings.name(),
            settings.directory(),
            contacts,
            agreed,
            profile,
            settings.trustedCaFile(),
            settings.validation(),
            settings.externalAccount(),
            settings.preferredChain(),
            settings.stagingFirst()));
  }

  private AcmeIssuerSettings with(
      Optional<Path> roots, ValidationMethod method, Optional<ExternalAccount> account) {
    return new AcmeIssuerSettings(
        new AcmeSettings(
            settings.name(),
            settings.directory(),
            settings.contacts(),
            settings.termsOfServiceAgreed(),
            settings.profile(),
            roots,
            method,
            account,
            settings.preferredChain(),
            settings.stagingFirst()));
  }

  private AcmeIssuerSettings with(Optional<String> root, Optional<URI> staging) {
    return new AcmeIssuerSettings(
        new AcmeSettings(
            settings.name(),
            settings.directory(),
            settings.contacts(),
            settings.termsOfServiceAgreed(),
            settings.profile(),
            settings.trustedCaFile(),
            settings.validation(),
            settings.externalAccount(),
            root,
            staging));
  }
}
