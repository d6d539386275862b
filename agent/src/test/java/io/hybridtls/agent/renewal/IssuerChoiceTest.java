package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.ratelimit.Wait;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IssuerChoiceTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final List<String> ALL = List.of("a", "b", "c");
  private static final IssuerRest SILENT = IssuerRest.silent(NOW.plusSeconds(60), "silent");
  private static final IssuerRest SPENT =
      IssuerRest.limited(new Wait(NOW.plusSeconds(60), "spent"));

  @Test
  void allShouldBeAskedInTheirOrderWhenNobodyRests() {
    assertThat(choose(Map.of(), NOW)).isEqualTo(new IssuerChoice(ALL, Map.of()));
  }

  @Test
  void whoeverRestsShouldBePassedOver() {
    assertThat(choose(Map.of("a", SPENT, "b", SILENT), NOW))
        .isEqualTo(new IssuerChoice(List.of("c"), Map.of("a", SPENT, "b", SILENT)));
  }

  @Test
  void theFirstShouldBeTheFirstAgainWhenItsRestIsOver() {
    Map<String, IssuerRest> resting = Map.of("a", SPENT);

    assertThat(choose(resting, SPENT.until().minusSeconds(1)).asked()).containsExactly("b", "c");
    assertThat(choose(resting, SPENT.until()).asked()).containsExactly("a", "b", "c");
  }

  @Test
  void thoseThatDoNotForbidItShouldBeAskedWhenAllRest() {
    assertThat(choose(Map.of("a", SILENT, "b", SPENT, "c", SILENT), NOW))
        .isEqualTo(new IssuerChoice(List.of("a", "c"), Map.of("b", SPENT)));
    assertThat(choose(Map.of("a", SPENT, "b", SPENT, "c", SPENT), NOW).asked()).isEmpty();
  }

  private static IssuerChoice choose(Map<String, IssuerRest> resting, Instant now) {
    return IssuerChoice.of(ALL, issuer -> Optional.ofNullable(resting.get(issuer)), now);
  }
}
