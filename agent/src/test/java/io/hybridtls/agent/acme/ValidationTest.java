package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of the proof of names, and whose time it takes. */
@Timeout(60)
class ValidationTest extends ScriptedCaCase {

  @Test
  void shouldGiveUpOnAnOrderThatIsNeverDecided() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("pending", "")));

    assertThat(failure())
        .isEqualTo(
            new Unreachable(
                "the validation of mail.contoso.example is pending, and the time for an order is"
                    + " over"));
    assertThat(time.pauses()).first().isEqualTo(NOW.plus(Polling.FIRST_INTERVAL));
    assertThat(Duration.between(NOW, time.instant()))
        .isBetween(Duration.ofSeconds(290), Duration.ofMinutes(5));
  }

  @Test
  void shouldComeBackWhenTheCaSaysSo() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("pending", "")).header("Retry-After", "100"));

    assertThat(failure())
        .isEqualTo(
            new RateLimited(
                NOW.plusSeconds(400), "the validation of mail.contoso.example is pending"));
    assertThat(time.pauses())
        .containsExactly(NOW.plusSeconds(100), NOW.plusSeconds(200), NOW.plusSeconds(300));
  }

  @Test
  void shouldTellWhatTheCaSawWhenAValidationFails() {
    String error =
        ",\"error\":{\"type\":\"urn:ietf:params:acme:error:connection\",\"detail\":\"refused\"}";
    order("pending");
    ca.on("/authz/1", json(200, authorization("invalid", error)));
    ca.once("/authz/1", json(200, authorization("pending", "")));

    assertThat(failure())
        .isEqualTo(
            new Rejected(
                "mail.contoso.example: urn:ietf:params:acme:error:connection: refused",
                List.of("mail.contoso.example")));
  }

  @Test
  void shouldSayWhichChallengesThereAreInstead() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("pending", "").replace("http-01", "dns-01")));

    assertThat(failure())
        .isEqualTo(new Rejected("mail.contoso.example: no http-01 challenge, only dns-01"));
  }

  @ParameterizedTest
  @CsvSource({"connection,false", "dns,false", "incorrectResponse,false", "caa,true"})
  void aFailedValidationShouldSayWhetherAnotherCaMayMendIt(String type, boolean elsewhere) {
    order("pending");
    ca.on("/authz/1", json(200, authorization("invalid", error(type))));

    IssuanceFailure failure = failure();
    assertThat(failure.anotherCaMayMend()).isEqualTo(elsewhere);
    assertThat(failure).isInstanceOf(elsewhere ? NotOffered.class : Rejected.class);
    assertThat(request.placed()).isEmpty();
  }

  @Test
  void aNameThatWasNotOrderedShouldNotBeProved() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("victim.fabrikam.example", "pending", "")));

    assertThat(failure())
        .isEqualTo(
            new Rejected(
                "the CA wants to see victim.fabrikam.example proved, which was not ordered"));
    assertThat(solver.presented()).isZero();
  }

  @Test
  void theDomainAboveANameMayBeProvedForIt() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("contoso.example", "invalid", error("dns"))));
    ca.once("/authz/1", json(200, authorization("contoso.example", "pending", "")));

    assertThat(failure().unproved()).containsExactly("mail.contoso.example");
    assertThat(solver.presented()).isEqualTo(1).isEqualTo(solver.withdrawn());
  }

  @Test
  void whatItTakesToPutAnAnswerInPlaceShouldNotBeTheCasTime() {
    order("pending");
    ca.on("/authz/1", json(200, authorization("pending", "")));
    solver.takes(() -> time.advance(Duration.ofHours(1)));

    assertThat(failure()).isInstanceOf(Unreachable.class);
    assertThat(time.pauses())
        .first()
        .isEqualTo(NOW.plus(Duration.ofHours(1)).plus(Polling.FIRST_INTERVAL));
    assertThat(Duration.between(NOW, time.instant()))
        .isBetween(Duration.ofMinutes(64), Duration.ofMinutes(65));
  }
}
