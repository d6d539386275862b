package io.hybridtls.agent.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RateLimitLedgerPropertiesTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration PERIOD = Duration.ofMinutes(30);

  @Property(tries = 300)
  void aLimitShouldNeverBeExceededInAnyStretchOfItsPeriod(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 900) Integer> gaps,
      @ForAll @IntRange(min = 1, max = 6) int allowed)
      throws IOException {
    RateLimitLedger ledger = RateLimitLedger.inMemory();
    IssuerTerms terms =
        new IssuerTerms(
            "ca.example", new RateLimits(List.of(new RateLimit(Scope.ORDERS, allowed, PERIOD))), 1);
    List<Instant> sent = new ArrayList<>();
    Instant now = START;
    for (int n = 0; n < gaps.size(); n++) {
      now = now.plusSeconds(gaps.get(n));
      PlannedOrder order = new PlannedOrder("a", terms, List.of("h" + n + ".example"), false);
      Optional<Wait> wait = ledger.reserve(order, now);
      if (wait.isPresent()) {
        assertThat(wait.get().until()).isAfter(now);
        now = wait.get().until(); // a wait is enough
        assertThat(ledger.reserve(order, now)).isEmpty();
      }
      sent.add(now);
    }

    for (int n = allowed; n < sent.size(); n++) {
      assertThat(Duration.between(sent.get(n - allowed), sent.get(n))).isGreaterThan(PERIOD);
    }
  }
}
