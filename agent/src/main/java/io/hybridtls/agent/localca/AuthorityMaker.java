package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.localca.CertificateTemplate.Validity;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.operator.OperatorCreationException;

/** Makes roots and issuing CAs, each with a key of its own (EC P-384). Keeps nothing. */
final class AuthorityMaker {

  private final LocalCaSettings settings;
  private final SecureRandom random;

  AuthorityMaker(LocalCaSettings settings, SecureRandom random) {
    this.settings = settings;
    this.random = random;
  }

  HeldCertificate root(long number, Instant now) {
    KeyPair keys = KeyAlgorithm.EC_P384.newKeyPair(random);
    X500Name subject = Authority.Kind.ROOT.subject(settings.commonName(), number);
    Instant end = seconds(now).plus(settings.lifetimes().root());
    try {
      X509Certificate certificate =
          begin(subject, subject, keys, now, end).authority(1).sign(keys.getPrivate());
      return HeldCertificate.of(keys.getPrivate(), List.of(certificate));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("the root could not be made", e);
    }
  }

  /** An issuing CA that does not outlive {@code root}: past that date no peer would take it. */
  HeldCertificate issuing(Authority root, long number, Instant now) {
    KeyPair keys = KeyAlgorithm.EC_P384.newKeyPair(random);
    X500Name subject = Authority.Kind.ISSUING.subject(settings.commonName(), number);
    Instant wanted = seconds(now).plus(settings.lifetimes().issuing());
    Instant latest = root.held().notAfter();
    Instant end = wanted.isBefore(latest) ? wanted : latest;
    DistributionPoints points = DistributionPoints.of(settings);
    try {
      X509Certificate certificate =
          begin(CommonNames.subjectOf(root.certificate()), subject, keys, now, end)
              .authority(0)
              .constrainedTo(NameConstraintsExtension.of(settings.constraints()))
              .issuedBy(root.certificate())
              .revocationsAt(points.listUrl(root))
              .issuerAt(points.certificateUrl(root))
              .sign(root.held().key());
      return HeldCertificate.of(keys.getPrivate(), List.of(certificate, root.certificate()));
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("the issuing CA could not be made", e);
    }
  }

  private CertificateTemplate begin(
      X500Name issuer, X500Name subject, KeyPair keys, Instant now, Instant end)
      throws GeneralSecurityException, CertIOException {
    Validity validity = new Validity(seconds(now).minus(CertificateTemplate.BACKDATING), end);
    return new CertificateTemplate(
        issuer, subject, keys.getPublic(), new SerialNumbers(random).next(), validity);
  }

  private static Instant seconds(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS);
  }
}
