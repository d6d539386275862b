package io.hybridtls.smtp.tls;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/**
 * A certificate that one of the agent's private CAs has revoked, named by its issuer and serial
 * number (RFC 5280, section 4.1.2.2).
 */
public record RevokedCertificate(X500Principal issuer, BigInteger serial) {

  /** What {@code certificate} would be, if it were revoked. */
  public static RevokedCertificate named(X509Certificate certificate) {
    return new RevokedCertificate(
        certificate.getIssuerX500Principal(), certificate.getSerialNumber());
  }
}
