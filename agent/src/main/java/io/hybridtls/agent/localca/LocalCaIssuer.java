package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.localca.LocalCaSettings.Refusal;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.InvalidCertificateException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Signs end-entity certificates with the issuing CA's key, at once and without a network. The chain
 * is the leaf and the issuing CA: peers have the root already. Safe for any thread.
 */
final class LocalCaIssuer implements CertificateIssuer {

  private final LocalCaSettings settings;
  private final SigningAuthority authority;
  private final EndEntitySigner signer;

  /** Gives the authority that is to sign something of a lifetime. */
  @FunctionalInterface
  interface SigningAuthority {
    Authority forLifetime(Duration lifetime) throws IssuanceException;
  }

  LocalCaIssuer(LocalCaSettings settings, SigningAuthority authority, EndEntitySigner signer) {
    this.settings = settings;
    this.authority = authority;
    this.signer = signer;
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    CertificateSpec spec = request.spec();
    requirePermitted(spec);
    Duration lifetime = settings.lifetimes().endEntity();
    progress.step("making a key (" + request.algorithm().label() + ")");
    KeyPair keys = request.keys();
    Authority signing = authority.forLifetime(lifetime);
    progress.step("signing by " + signing);
    X509Certificate leaf =
        signer.sign(
            new EndEntitySigner.Order(
                "certificate " + spec.id(),
                CommonNames.firstThatFits(spec.names()),
                keys.getPublic(),
                spec.names(),
                spec.addresses(),
                spec.roles(),
                lifetime),
            signing);
    try {
      return HeldCertificate.of(keys.getPrivate(), List.of(leaf, signing.certificate()));
    } catch (InvalidCertificateException e) {
      throw new IllegalStateException("the local CA signed what it cannot prove", e);
    }
  }

  @Override
  public boolean datesByThisClock() {
    return true;
  }

  /** The configuration says so already; but it may have been read with other constraints. */
  private void requirePermitted(CertificateSpec spec) throws IssuanceException {
    Optional<Refusal> refusal =
        Stream.concat(
                spec.names().stream().map(settings::refusal),
                spec.addresses().stream().map(settings::refusal))
            .flatMap(Optional::stream)
            .findFirst();
    if (refusal.isPresent()) {
      throw new IssuanceException(
          new IssuanceFailure.Misconfigured(
              "certificates." + spec.id() + ".names", refusal.get().toString()));
    }
  }
}
