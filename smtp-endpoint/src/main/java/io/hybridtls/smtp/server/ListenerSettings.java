package io.hybridtls.smtp.server;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.TrustSource;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * One address that mail is taken on.
 *
 * @param name as configured
 * @param certificate what is presented; present exactly when {@code tls} is not {@code NONE}
 * @param clientTrust the roots that a client's certificate must end at to prove anything
 */
public record ListenerSettings(
    String name,
    InetSocketAddress address,
    ListenerTls tls,
    Optional<CertificateId> certificate,
    ClientCertificateMode clientCertificate,
    TrustSource clientTrust) {

  /** When TLS begins on a listener. */
  public enum ListenerTls {
    /** Never. */
    NONE,
    /** After STARTTLS (RFC 3207). */
    STARTTLS,
    /** With the first byte (RFC 8314). */
    IMPLICIT
  }

  public ListenerSettings {
    if (certificate.isPresent() == (tls == ListenerTls.NONE)) {
      throw new IllegalArgumentException(
          "listener " + name + ": a certificate goes with TLS, and TLS with a certificate");
    }
  }
}
