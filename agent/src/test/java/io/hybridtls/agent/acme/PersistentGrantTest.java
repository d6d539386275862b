package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentGrantTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
  private static final String ACCOUNT = "https://ca.example/acct/1";
  private static final List<String> ISSUERS = List.of("ca.example", "ca.test");

  @Test
  void shouldReadWhatItWrites() {
    PersistentGrant grant = new PersistentGrant("ca.example", ACCOUNT, true, Optional.of(NOW));

    assertThat(grant.text())
        .isEqualTo(
            "ca.example; accounturi=https://ca.example/acct/1; policy=wildcard;"
                + " persistUntil=1800000000");
    assertThat(PersistentGrant.parse(grant.text())).contains(grant);
  }

  @Test
  void shouldReadTagsInAnyCaseAndPassOverUnknownOnes() {
    assertThat(
            PersistentGrant.parse(
                "ca.example;AccountURI=" + ACCOUNT + " ; Policy=WildCard;future=x;PERSISTUNTIL=5"))
        .contains(
            new PersistentGrant(
                "ca.example", ACCOUNT, true, Optional.of(Instant.ofEpochSecond(5))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ca.example; accounturi",
        "ca.example; accounturi=a;",
        "ca.example; =a",
        "ca.example; accounturi=a; accounturi=b",
        "ca.example; accounturi=a; persistUntil=tomorrow",
        "ca.example; accounturi=a; persistUntil=9223372036854775807"
      })
  void shouldPassOverWhatIsMalformed(String text) {
    assertThat(PersistentGrant.parse(text)).isEmpty();
  }

  @Test
  void shouldCoverTheAccountAtAnyNameOfTheCa() {
    assertThat(covers("ca.test; accounturi=" + ACCOUNT, false)).isTrue();
    assertThat(covers("elsewhere.example; accounturi=" + ACCOUNT, false)).isFalse();
    assertThat(covers("ca.test; accounturi=https://ca.example/acct/2", false)).isFalse();
    assertThat(covers("ca.test", false)).isFalse();
  }

  @Test
  void shouldCoverWildcardsOnlyByPolicy() {
    assertThat(covers("ca.test; accounturi=" + ACCOUNT, true)).isFalse();
    assertThat(covers("ca.test; policy=wildcard; accounturi=" + ACCOUNT, true)).isTrue();
    assertThat(covers("ca.test; policy=wildcard; accounturi=" + ACCOUNT, false)).isTrue();
  }

  @Test
  void shouldEndAfterItsLastSecond() {
    String until = "ca.test; accounturi=" + ACCOUNT + "; persistUntil=";

    assertThat(covers(until + NOW.getEpochSecond(), false)).isTrue();
    assertThat(covers(until + (NOW.getEpochSecond() - 1), false)).isFalse();
  }

  private static boolean covers(String text, boolean wildcard) {
    PersistentGrant wanted = new PersistentGrant("ca.example", ACCOUNT, wildcard, Optional.empty());
    return PersistentGrant.parse(text).orElseThrow().covers(wanted, ISSUERS, NOW);
  }
}
