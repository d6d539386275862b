package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.acme.dns.ZoneServer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;

/**
 * Waits until every server of a zone has a record. A CA asks any of them, from several places, and
 * counts one failure against the name.
 */
final class Propagation {

  static final Duration FIRST_INTERVAL = Duration.ofMillis(500);
  static final Duration LONGEST_INTERVAL = Duration.ofSeconds(8);

  private static final int DNS_PORT = 53;

  private final LookupSettings settings;
  private final ZoneLookup zones;
  private final TxtQuery query;
  private final InstantSource clock;
  private final Pause pause;

  /**
   * @param query asks one server
   */
  Propagation(
      LookupSettings settings, ZoneLookup zones, TxtQuery query, InstantSource clock, Pause pause) {
    this.settings = settings;
    this.zones = zones;
    this.query = query;
    this.clock = clock;
    this.pause = pause;
  }

  /** Blocks until all have it, or the configured time is over. */
  void await(TxtRecord record) throws IssuanceException {
    Instant deadline = clock.instant().plus(settings.timeout());
    Duration interval = FIRST_INTERVAL;
    List<ZoneServer> waitingFor = servers(record.name());
    while (true) {
      List<String> lacks = new ArrayList<>();
      List<ZoneServer> behind = new ArrayList<>();
      for (ZoneServer server : waitingFor) {
        lack(server, record)
            .ifPresent(
                reason -> {
                  behind.add(server);
                  lacks.add(server.name() + " " + reason);
                });
      }
      if (behind.isEmpty()) {
        return;
      }
      waitingFor = behind;
      Instant next = clock.instant().plus(interval);
      if (next.isAfter(deadline)) {
        throw new IssuanceException(
            new Unproved(tooLate(record, lacks.stream().collect(Collectors.joining("; ")))));
      }
      sleep(next, record);
      interval = longer(interval);
    }
  }

  /** The servers to ask about {@code name}: those configured, or those of its zone. */
  List<ZoneServer> servers(Name name) throws IssuanceException {
    if (!settings.checkServers().isEmpty()) {
      return settings.checkServers().stream().map(ZoneServer::at).toList();
    }
    try {
      return zones.serversOf(zones.zoneOf(name), DNS_PORT);
    } catch (IOException e) {
      throw new IssuanceException(new Unproved(String.valueOf(e.getMessage())), e);
    }
  }

  /**
   * What to ask the {@link #servers} for, to find a record at {@code name}. Those of a zone do not
   * know what lies behind an alias that leads to another; those configured are taken to.
   */
  Name end(Name name) throws IssuanceException {
    try {
      return settings.checkServers().isEmpty() ? zones.follow(name) : name;
    } catch (IOException e) {
      throw new IssuanceException(new Unproved(String.valueOf(e.getMessage())), e);
    }
  }

  private Optional<String> lack(ZoneServer server, TxtRecord record) {
    try {
      List<String> values = query.values(server, record.name());
      if (values.contains(record.value())) {
        return Optional.empty();
      }
      return Optional.of(
          "has "
              + (values.isEmpty() ? "no TXT record there" : "only " + ProblemText.shown(values)));
    } catch (IOException e) {
      return Optional.of("did not answer: " + e.getMessage());
    }
  }

  private String tooLate(TxtRecord record, String lacks) {
    return "after "
        + settings.timeout().toSeconds()
        + " s not every name server has "
        + record
        + ": "
        + lacks;
  }

  private void sleep(Instant until, TxtRecord record) throws IssuanceException {
    try {
      pause.until(until);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IssuanceException(
          new Unproved("interrupted while waiting for " + record.name()), e);
    }
  }

  private static Duration longer(Duration interval) {
    Duration twice = interval.multipliedBy(2);
    return twice.compareTo(LONGEST_INTERVAL) < 0 ? twice : LONGEST_INTERVAL;
  }
}
