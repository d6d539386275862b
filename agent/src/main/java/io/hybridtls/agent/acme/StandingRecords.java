package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dns-persist-01 records that an issuer's certificates hang on. Nobody touches them when a
 * certificate is renewed, and so they are looked at in between: one that ends, or that somebody has
 * removed, is told of while there is time. {@link #refresh} is called by one thread at a time, the
 * rest by any.
 */
final class StandingRecords {

  private static final Logger LOG = LoggerFactory.getLogger(StandingRecords.class);

  /** From one look at a record to the next. */
  static final Duration INTERVAL = Duration.ofHours(6);

  /** A name that nothing was ordered for in so long is of no interest any more. */
  private static final Duration KEPT = Duration.ofDays(400);

  private final JsonFolder files;
  private final GrantLookup lookup;
  private final InstantSource clock;
  private final Map<String, StandingRecord> records = new ConcurrentHashMap<>();

  /**
   * @param memory where they are kept
   */
  StandingRecords(Path memory, GrantLookup lookup, InstantSource clock) {
    this.files = new JsonFolder(memory);
    this.lookup = lookup;
    this.clock = clock;
    files
        .readAll()
        .values()
        .forEach(
            fields ->
                StandingRecord.of(fields)
                    .ifPresent(record -> records.put(record.identifier(), record)));
  }

  /** Remembers what an order is proved by. */
  void put(StandingRecord seen) {
    Optional<String> told =
        Optional.ofNullable(records.put(seen.identifier(), seen))
            .flatMap(before -> before.warning(before.looked(), Optional.empty()));
    files.write(file(seen), seen.toMap());
    seen.warning(seen.looked(), Optional.empty())
        .filter(warning -> !told.equals(Optional.of(warning)))
        .ifPresent(LOG::warn);
  }

  /** Looks at those for which it is time. Blocks on the DNS. */
  void refresh() {
    Instant now = clock.instant();
    for (StandingRecord each : List.copyOf(records.values())) {
      if (!now.isBefore(each.ordered().plus(KEPT))) {
        records.remove(each.identifier());
        files.remove(file(each));
      } else if (!now.isBefore(each.looked().plus(INTERVAL))
          && !Thread.currentThread().isInterrupted()) {
        put(look(each, now));
      }
    }
  }

  private StandingRecord look(StandingRecord record, Instant now) {
    try {
      GrantLookup.Look seen = lookup.look(record);
      return seen.lacking().isPresent()
          ? record.missingAt(seen.lacking().get(), now)
          : seen.grant().map(grant -> record.found(grant, now)).orElse(record.unseen(now));
    } catch (IssuanceException e) {
      LOG.info("{} could not be looked for: {}", record.record().name(), e.getMessage());
      return record.unseen(now);
    }
  }

  /**
   * What will stand against the next renewal for {@code identifiers}; no I/O.
   *
   * @param notAfter when the certificate that is in use ends
   */
  List<String> warnings(Collection<String> identifiers, Optional<Instant> notAfter) {
    Instant now = clock.instant();
    return identifiers.stream()
        .flatMap(name -> Optional.ofNullable(records.get(name)).stream())
        .flatMap(record -> record.warning(now, notAfter).stream())
        .toList();
  }

  private static String file(StandingRecord record) {
    return record.identifier().replace('*', '_');
  }
}
