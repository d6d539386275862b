package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A CA's revocation list (RFC 5280, section 5), signed anew once a day and good for a week, so that
 * a peer may miss six. Nothing has been revoked. Safe for any thread.
 */
final class RevocationList {

  static final Duration VALIDITY = Duration.ofDays(7);
  static final Duration REFRESH = Duration.ofDays(1);

  private final HeldCertificate authority;
  private final InstantSource clock;
  private Instant signedAt = Instant.MIN;
  private byte[] latest = {};

  RevocationList(HeldCertificate authority, InstantSource clock) {
    this.authority = authority;
    this.clock = clock;
  }

  /**
   * The list as DER. Signing takes about a millisecond, once a day, and so may happen on an event
   * loop.
   */
  synchronized byte[] der() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(signedAt) || !now.isBefore(signedAt.plus(REFRESH))) {
      latest = sign(now);
      signedAt = now;
    }
    return latest;
  }

  private byte[] sign(Instant now) {
    try {
      X509v2CRLBuilder list =
          new X509v2CRLBuilder(
                  CommonNames.subjectOf(authority.leaf()),
                  Date.from(now.minus(LocalCaIssuer.BACKDATING)))
              .setNextUpdate(Date.from(now.plus(VALIDITY)))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils()
                      .createAuthorityKeyIdentifier(authority.leaf().getPublicKey()))
              .addExtension(Extension.cRLNumber, false, numberAt(now));
      return list.build(
              new JcaContentSignerBuilder(CertificateTemplate.SIGNATURE).build(authority.key()))
          .getEncoded();
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the revocation list could not be signed", e);
    }
  }

  /** Grows with time, and so across restarts without being kept (section 5.2.3). */
  private static CRLNumber numberAt(Instant now) {
    return new CRLNumber(BigInteger.valueOf(now.getEpochSecond()));
  }
}
