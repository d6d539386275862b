package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.IssuedCertificate.Revocation;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority's revocation list (RFC 5280, section 5), signed anew once a day, and at once when
 * there is news; good for a week, so that a peer may miss six. Safe for any thread.
 */
final class RevocationList {

  static final Duration VALIDITY = Duration.ofDays(7);
  static final Duration REFRESH = Duration.ofDays(1);

  private final Authority authority;
  private final Function<Instant, List<IssuedCertificate>> revoked;
  private final CrlNumbers numbers;
  private final InstantSource clock;
  private Instant signedAt = Instant.MIN;
  private byte[] latest = {};

  /**
   * @param revoked what a list that is signed at a given time has on it; does not block
   */
  RevocationList(
      Authority authority,
      Function<Instant, List<IssuedCertificate>> revoked,
      CrlNumbers numbers,
      InstantSource clock) {
    this.authority = authority;
    this.revoked = revoked;
    this.numbers = numbers;
    this.clock = clock;
  }

  /**
   * The list as DER. Signing takes about a millisecond, once a day, and so may happen on an event
   * loop.
   */
  synchronized byte[] der() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (now.isBefore(signedAt) || !now.isBefore(signedAt.plus(REFRESH))) {
      renew();
    }
    return latest;
  }

  /** Signs the list anew. */
  synchronized void renew() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    latest = sign(now);
    signedAt = now;
  }

  private byte[] sign(Instant now) {
    try {
      X509v2CRLBuilder list =
          new X509v2CRLBuilder(
                  CommonNames.subjectOf(authority.certificate()),
                  Date.from(now.minus(CertificateTemplate.BACKDATING)))
              .setNextUpdate(Date.from(now.plus(VALIDITY)))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils()
                      .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()))
              .addExtension(Extension.cRLNumber, false, new CRLNumber(numbers.next()));
      for (IssuedCertificate each : revoked.apply(now)) {
        each.revocation().ifPresent(revocation -> add(each, revocation, list));
      }
      return list.build(
              new JcaContentSignerBuilder(CertificateTemplate.SIGNATURE)
                  .build(authority.held().key()))
          .getEncoded();
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("the revocation list could not be signed", e);
    }
  }

  /** An unspecified reason is left out, as section 5.3.1 asks. */
  private static void add(IssuedCertificate issued, Revocation revocation, X509v2CRLBuilder list) {
    list.addCRLEntry(issued.serial(), Date.from(revocation.at()), revocation.reason().code());
  }
}
