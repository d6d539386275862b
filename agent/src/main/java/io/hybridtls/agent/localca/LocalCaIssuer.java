package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.localca.CertificateTemplate.Validity;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * Signs end-entity certificates with the issuing CA's key, at once and without a network. The chain
 * is the leaf and the issuing CA: peers have the root already. Safe for any thread.
 */
final class LocalCaIssuer implements CertificateIssuer {

  /** So that a peer whose clock is a little behind takes a new certificate. */
  static final Duration BACKDATING = Duration.ofMinutes(5);

  private final LocalCaSettings settings;
  private final HeldCertificate issuing;
  private final InstantSource clock;
  private final SecureRandom random;

  LocalCaIssuer(
      LocalCaSettings settings, HeldCertificate issuing, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.issuing = issuing;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    CertificateSpec spec = request.spec();
    Validity validity = validity();
    progress.step("making a key (" + request.algorithm().label() + ")");
    KeyPair keys = request.keys();
    progress.step("signing by " + issuing.leaf().getSubjectX500Principal());
    try {
      X509Certificate leaf = sign(spec, keys, validity);
      return HeldCertificate.of(keys.getPrivate(), List.of(leaf, issuing.leaf()));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(
          "local CA " + settings.name() + " cannot sign certificate " + spec.id(), e);
    }
  }

  /** A certificate never outlives its issuer: past that date no peer would take it. */
  private Validity validity() throws IssuanceException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (!now.isBefore(issuing.notAfter())) {
      throw new IssuanceException(
          new IssuanceFailure.Misconfigured(
              "issuers." + settings.name(),
              "the issuing CA expired at "
                  + issuing.notAfter()
                  + "; remove \"issuing\" from this CA's store and restart, and a new one is made"
                  + " under the same root"));
    }
    Instant wanted = now.plus(settings.lifetime());
    Instant latest = issuing.notAfter();
    return new Validity(now.minus(BACKDATING), wanted.isBefore(latest) ? wanted : latest);
  }

  private X509Certificate sign(CertificateSpec spec, KeyPair keys, Validity validity)
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    DistributionPoints points = DistributionPoints.of(settings);
    return new CertificateTemplate(
            CommonNames.subjectOf(issuing.leaf()),
            CommonNames.firstThatFits(spec.names()),
            keys.getPublic(),
            new SerialNumbers(random).next(),
            validity)
        .endEntity(spec.roles(), keys.getPublic().getAlgorithm().equals("RSA"))
        .names(spec.names())
        .issuedBy(issuing.leaf())
        .revocationsAt(points.url(points.issuingListPath()))
        .issuerAt(points.url(points.issuingCertificatePath()))
        .sign(issuing.key());
  }
}
