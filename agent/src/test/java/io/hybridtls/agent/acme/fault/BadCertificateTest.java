package io.hybridtls.agent.acme.fault;

import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates that are not what was asked for, and answers that hold none. */
class BadCertificateTest extends FaultTest {

  @ParameterizedTest
  @EnumSource
  void shouldOrderAnotherAfterACertificateThatCannotBeUsed(Fault.Misissued defect) {
    ca.on(RequestKind.FINALIZE, defect);

    expectFailure(
        new Rejected("the certificate that it served cannot be used: " + words(defect)),
        Spent.certificates(1),
        Duration.ofHours(1));
    expectRecovery(Spent.certificates(2));
  }

  private String words(Fault.Misissued defect) {
    return switch (defect) {
      case FOR_ANOTHER_KEY -> "the private key does not belong to the certificate";
      case EXPIRED ->
          "it is valid from "
              + time.instant().minus(Duration.ofDays(90))
              + " to "
              + time.instant()
              + ", and the clock of this machine says "
              + time.instant();
      case WITHOUT_ITS_LAST_NAME -> "it lacks the names [smtp.contoso.example]";
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.7})
  void shouldDownloadAgainWhatCameTruncated(double part) {
    ca.on(RequestKind.CERTIFICATE, truncated(part));

    expectFailure(
        new Unreachable(ca.directory() + ": Failed to read certificate"),
        Spent.certificates(1),
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldDownloadAgainWhatCameEmpty() {
    ca.on(RequestKind.CERTIFICATE, truncated(0));

    expectFailure(
        new Unreachable(
            ca.directory() + ": " + url(RequestKind.CERTIFICATE) + "/2 holds no certificate"),
        Spent.certificates(1),
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  @Test
  void shouldDownloadAgainWhatIsNoCertificateAtAll() {
    ca.on(RequestKind.CERTIFICATE, Reply.html(200));

    expectFailure(
        new Unreachable(ca.directory() + ": Unexpected content type: text/html"),
        Spent.certificates(1),
        Duration.ofMinutes(1));
    expectRecovery(Spent.certificates(1));
  }

  /** A CA that cannot serve what it has issued must not keep us from a certificate for ever. */
  @Test
  void shouldOrderAnotherWhenADayHasNotMendedTheDownload() {
    ca.on(RequestKind.CERTIFICATE, truncated(0.7));
    expectAnotherOrderAfterADay();
    expectRecovery(Spent.certificates(2));
  }

  private static Fault truncated(double part) {
    return new Fault.Changed(
        reply -> reply.withBody(reply.body().substring(0, (int) (reply.body().length() * part))));
  }
}
