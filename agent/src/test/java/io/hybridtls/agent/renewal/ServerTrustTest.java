package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.PKIXReason;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ServerTrustTest {

  @Test
  void aServerThatNoRootLeadsToShouldBeToldFromOthers() {
    assertUntrusted(new CertPathBuilderException("unable to find valid certification path"));
    assertUntrusted(
        new CertPathValidatorException(
            "Path does not chain", null, null, -1, PKIXReason.NO_TRUST_ANCHOR));
  }

  @Test
  void whatElseIsWrongWithItsCertificateShouldBeSaidWithoutTheNamesOfClasses() {
    Exception expired =
        handshake(
            new CertPathValidatorException(
                "validity check failed",
                new CertificateExpiredException("NotAfter: Sun Nov 29 18:00:00 UTC 2026"),
                null,
                -1,
                BasicReason.EXPIRED));

    assertThat(ServerTrust.isMissing(expired)).isFalse();
    assertThat(ServerTrust.fault(expired))
        .contains(
            "its certificate has expired or is not valid yet, by the clock of this machine:"
                + " NotAfter: Sun Nov 29 18:00:00 UTC 2026");
  }

  @Test
  void otherFailuresShouldSayNothingOfTheCertificate() {
    assertThat(ServerTrust.fault(new IOException("Connection reset"))).isEmpty();
    assertThat(ServerTrust.isMissing(new IOException("Connection reset"))).isFalse();
  }

  private static void assertUntrusted(Exception cause) {
    assertThat(ServerTrust.isMissing(handshake(cause))).isTrue();
    assertThat(ServerTrust.fault(handshake(cause)))
        .contains("its certificate leads to no root that is trusted here");
  }

  /** As the JDK wraps it: with the name of the cause's class in its own words. */
  private static Exception handshake(Exception cause) {
    Exception validator = new CertificateException("PKIX path validation failed: " + cause, cause);
    return new IOException(new SSLHandshakeException(validator.toString()).initCause(validator));
  }
}
