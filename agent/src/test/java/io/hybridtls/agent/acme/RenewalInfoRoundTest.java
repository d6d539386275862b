package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long one CA may keep the others waiting for the question when they suggest renewals. */
@Timeout(60)
class RenewalInfoRoundTest extends ScriptedCaCase {

  private static final HeldCertificate MAIL = TestCa.named("Contoso").issue(NAME);
  private static final HeldCertificate WEB = TestCa.named("Contoso").issue("www.contoso.example");

  @Test
  void aCaThatTakesItsTimeShouldBeAskedForTheRestTheNextTime() {
    ca.on(
        "/dir",
        json(
            200,
            """
            {"newNonce":"$/nonce","newAccount":"$/account","newOrder":"$/new-order",
             "renewalInfo":"$/renewal-info"}
            """));
    InstantSource slow =
        () -> {
          time.advance(RenewalInfoMonitor.LONGEST_ROUND.dividedBy(2).plus(Duration.ofSeconds(1)));
          return time.instant();
        };
    AcmeIssuer issuer =
        new AcmeIssuer(
            settings().settings(),
            new InMemoryKeyVault(),
            memory,
            solver,
            slow,
            new SecureRandom(),
            time,
            Duration.ofSeconds(30));

    issuer.refreshSuggestions(List.of(MAIL, WEB));
    assertThat(ca.requests()).contains(path(MAIL)).doesNotContain(path(WEB));

    issuer.refreshSuggestions(List.of(MAIL, WEB));
    assertThat(ca.requests()).contains(path(WEB)).containsOnlyOnce(path(MAIL));
  }

  private static String path(HeldCertificate certificate) {
    return "/renewal-info/" + RenewalInfoAnswer.idOf(certificate.leaf());
  }
}
