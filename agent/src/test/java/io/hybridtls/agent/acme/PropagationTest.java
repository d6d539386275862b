package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.testing.VirtualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** Waiting for name servers, with a clock that moves when somebody waits. */
class PropagationTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final TxtRecord RECORD =
      new TxtRecord(Name.fromConstantString("_acme-challenge.contoso.example."), "wanted");
  private static final InetSocketAddress FIRST = new InetSocketAddress("192.0.2.1", 53);
  private static final InetSocketAddress SECOND = new InetSocketAddress("192.0.2.2", 53);

  private final VirtualTime time = new VirtualTime(NOW);
  private final List<String> asked = new ArrayList<>();

  @Test
  void shouldNotWaitWhenEveryServerHasTheRecord() throws Exception {
    propagation((server, name) -> List.of("other", "wanted")).await(RECORD);

    assertThat(time.pauses()).isEmpty();
  }

  @Test
  void shouldAskAgainOnlyTheServersThatLackTheRecord() throws Exception {
    Instant ready = NOW.plusSeconds(5);
    TxtQuery query =
        (server, name) -> {
          asked.add(server.name());
          boolean late = server.addresses().contains(SECOND) && time.instant().isBefore(ready);
          return late ? List.of() : List.of("wanted");
        };
    propagation(query).await(RECORD);

    assertThat(time.instant()).isBetween(ready, ready.plus(Propagation.LONGEST_INTERVAL));
    assertThat(asked).filteredOn("192.0.2.1 port 53"::equals).hasSize(1);
    assertThat(asked).filteredOn("192.0.2.2 port 53"::equals).hasSizeGreaterThan(2);
  }

  @Test
  void shouldNameTheServersThatAreTooLate() {
    TxtQuery query =
        (server, name) -> {
          if (server.addresses().contains(FIRST)) {
            throw new IOException("Timed out");
          }
          return List.of("stale");
        };
    IssuanceException thrown =
        catchThrowableOfType(IssuanceException.class, () -> propagation(query).await(RECORD));

    assertThat(thrown.failure())
        .isEqualTo(
            new Unproved(
                "after 120 s not every name server has "
                    + RECORD
                    + ": 192.0.2.1 port 53 did not"
                    + " answer: Timed out; 192.0.2.2 port 53 has only [stale]"));
    assertThat(time.instant()).isBeforeOrEqualTo(NOW.plus(TIMEOUT));
  }

  private Propagation propagation(TxtQuery query) {
    LookupSettings settings = new LookupSettings(Optional.empty(), List.of(FIRST, SECOND), TIMEOUT);
    return new Propagation(settings, ZoneLookup.by(Optional.of(FIRST)), query, time, time);
  }
}
