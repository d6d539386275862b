package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.DailyWindow;
import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.renewal.SimulatedCa.Outage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Ten years of 5,000 certificates that live from 160 hours to 200 days, at three CAs that are away
 * for up to ten days.
 */
class TimeLapseTest {

  private static final int CERTIFICATES = 5_000;
  private static final int SHORT_LIVED = 1_000;
  private static final int OF_ONE_DOMAIN = 150;
  private static final Duration LONGEST_OUTAGE = Duration.ofDays(10);
  private static final List<String> CAS = List.of("alpha", "beta", "gamma");
  private static final List<Integer> DAYS = List.of(45, 47, 64, 90, 100, 200);
  private static final RenewalHours NIGHTS =
      new RenewalHours(List.of(DailyWindow.of("22:00-05:00")), ZoneId.of("Europe/Berlin"));

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(3_652));

  /** On the first day nothing is held yet, and all is ordered as fast as the limits grant it. */
  private static final Duration FIRST_DAY = Duration.ofDays(1);

  private final SplittableRandom random = new SplittableRandom(20_261_123);

  @Test
  void tenYearsShouldPassWithoutAnExpiryABrokenLimitOrARush() {
    Map<String, SimulatedCa> cas = cas();
    TimeLapse lapse = new TimeLapse(cas, certificates(), START);

    lapse.runUntil(END);

    Hours hours = Hours.of(lapse.orders(), START.plus(FIRST_DAY), END);
    System.out.printf(
        "time-lapse: %,d orders in ten years; all %,d certificates there after %s; from the second"
            + " day on %.1f orders an hour, %d in the busiest (%.2f times the mean); %d emergencies%n",
        lapse.orders().size(),
        CERTIFICATES,
        Duration.between(START, lapse.complete()),
        hours.mean(),
        hours.busiest(),
        hours.busiest() / hours.mean(),
        lapse.emergencies());
    assertThat(lapse.expired()).isEmpty();
    assertThat(cas.values()).allSatisfy(ca -> assertThat(ca.broken()).isEmpty());
    assertThat(cas.values()).allSatisfy(ca -> assertThat(ca.placed()).isPositive());
    assertThat((double) hours.busiest()).isLessThanOrEqualTo(4 * hours.mean());
  }

  /** How orders are spread over the hours of a time. */
  private record Hours(double mean, int busiest) {
    static Hours of(List<Instant> orders, Instant start, Instant end) {
      int[] counts = new int[(int) Duration.between(start, end).toHours() + 1];
      for (Instant order : orders) {
        if (!order.isBefore(start)) {
          counts[(int) Duration.between(start, order).toHours()]++;
        }
      }
      int sum = 0;
      int busiest = 0;
      for (int count : counts) {
        sum += count;
        busiest = Math.max(busiest, count);
      }
      return new Hours((double) sum / counts.length, busiest);
    }
  }

  /** One CA after the other is away for up to ten days, about every seven weeks, all ten years. */
  private Map<String, SimulatedCa> cas() {
    Map<String, List<Outage>> outages = new HashMap<>();
    Instant next = START.plus(Duration.ofDays(60));
    for (int i = 0; next.isBefore(END); i++) {
      long seconds = i % 3 == 0 ? LONGEST_OUTAGE.toSeconds() : random.nextLong(3_600, 864_000);
      Instant end = next.plusSeconds(seconds);
      outages
          .computeIfAbsent(CAS.get(random.nextInt(CAS.size())), name -> new ArrayList<>())
          .add(new Outage(next, end));
      next = end.plusSeconds(random.nextLong(86_400, 6_912_000));
    }
    Map<String, SimulatedCa> cas = new HashMap<>();
    outages.forEach((name, away) -> cas.put(name, new SimulatedCa(name, away, random.split())));
    return cas;
  }

  private List<SimulatedCertificate> certificates() {
    List<SimulatedCertificate> certificates = new ArrayList<>();
    for (int n = 0; n < CERTIFICATES; n++) {
      boolean shortLived = n % (CERTIFICATES / SHORT_LIVED) == 0;
      Duration lifetime =
          shortLived
              ? Duration.ofHours(160)
              : Duration.ofDays(DAYS.get(random.nextInt(DAYS.size())));
      String domain = n < OF_ONE_DOMAIN ? "big.example" : "d" + n / 4 + ".example";
      List<String> names = List.of("mail" + n + "." + domain, "www" + n + "." + domain);
      int issuers = shortLived ? CAS.size() : random.nextInt(1, CAS.size() + 1);
      RenewalHours hours = !shortLived && n % 10 == 1 ? NIGHTS : RenewalHours.ALWAYS;
      certificates.add(new SimulatedCertificate("c" + n, lifetime, orders(names, issuers), hours));
    }
    return certificates;
  }

  /** At so many of the CAs, each of which is somebody's first choice. */
  private List<PlannedOrder> orders(List<String> names, int issuers) {
    List<String> order = new ArrayList<>(CAS);
    Collections.rotate(order, random.nextInt(CAS.size()));
    return order.subList(0, issuers).stream()
        .map(ca -> new PlannedOrder(ca, terms(ca), names, false))
        .toList();
  }

  private static IssuerTerms terms(String ca) {
    return new IssuerTerms(ca, RateLimits.LETSENCRYPT, IssuerTerms.DEFAULT_CONCURRENCY);
  }
}
