package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.RecordNeeds;
import io.hybridtls.agent.acme.dns.RecordNotes;
import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.certstore.model.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * The TXT records that prove names at this moment, and those that a kill, or a name server that was
 * away, has left in their zones: these are removed later. {@link #removeFrom} is called by one
 * thread at a time, the rest by any.
 */
final class LeftRecords implements RecordNotes {

  private static final Logger LOG = LoggerFactory.getLogger(LeftRecords.class);

  /**
   * An order that was cut short is taken up within this time, and a CA may be looking till then.
   */
  static final Duration INTERVAL = Duration.ofHours(1);

  /** A record that could not be removed in so long a time of trying is the administrator's. */
  static final Duration KEPT = Duration.ofDays(7);

  private final JsonFolder files;
  private final InstantSource clock;
  private final RecordNeeds needs = new RecordNeeds();
  private final Map<TxtRecord, Note> notes = new ConcurrentHashMap<>();

  /**
   * @param failed when this run first failed to remove it
   */
  private record Note(TxtRecord record, Optional<Instant> failed, Instant next) {

    private Note(TxtRecord record, Instant written) {
      this(record, Optional.empty(), written.plus(INTERVAL));
    }

    private Note triedAt(Instant now) {
      return new Note(record, failed, now.plus(INTERVAL));
    }

    private Note failingSince(Instant first) {
      return new Note(record, Optional.of(first), next);
    }
  }

  /**
   * @param memory where they are kept
   */
  LeftRecords(Path memory, InstantSource clock) {
    this.files = new JsonFolder(memory);
    this.clock = clock;
    files.readAll().values().forEach(fields -> note(fields).ifPresent(this::keep));
  }

  @Override
  public boolean put(TxtRecord record) {
    Instant now = clock.instant();
    boolean first = keep(new Note(record, now));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", record.name().toString());
    fields.put("value", record.value());
    fields.put("written", now.toString());
    files.write(file(record), fields);
    return first;
  }

  @Override
  public void remove(TxtRecord record) {
    notes.remove(record);
    files.remove(file(record));
  }

  @Override
  public RecordNeeds needs() {
    return needs;
  }

  /** Removes what nobody needs any more. Blocks, and no longer than one failure takes. */
  void removeFrom(TxtPublisher publisher) {
    Instant now = clock.instant();
    for (Note note : List.copyOf(notes.values())) {
      if (!now.isBefore(note.next()) && !removed(note, publisher, now)) {
        return;
      }
    }
  }

  private boolean removed(Note note, TxtPublisher publisher, Instant now) {
    TxtRecord record = note.record();
    Note tried = note.triedAt(now);
    if (!notes.replace(record, note, tried)) {
      return true; // its order has ended, or another has written it again
    }
    try {
      publisher.removeUnused(record);
      if (!notes.containsKey(record)) {
        LOG.info("{} was left in its zone, and is removed", record);
      }
      return true;
    } catch (IOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        failed(tried, now, e);
      }
      return false;
    }
  }

  private void failed(Note note, Instant now, IOException thrown) {
    TxtRecord record = note.record();
    Instant first = note.failed().orElse(now);
    if (now.isBefore(first.plus(KEPT))) {
      LOG.info("{} is still in its zone: {}", record, thrown.getMessage());
      notes.replace(record, note, note.failingSince(first));
    } else {
      LOG.warn("{} was not removed; remove it by hand: {}", record, thrown.getMessage());
      remove(record);
    }
  }

  /** False when it was kept before. */
  private boolean keep(Note note) {
    return notes.put(note.record(), note) == null;
  }

  private static String file(TxtRecord record) {
    return Sha256.hex(record.name().canonicalize() + " " + record.value());
  }

  /** Empty when {@code fields} are not what {@link #put} writes. */
  private static Optional<Note> note(Map<String, Object> fields) {
    try {
      Name name = Name.fromString(String.valueOf(fields.get("name")));
      Instant written = Instant.parse(String.valueOf(fields.get("written")));
      return name.isAbsolute() && fields.get("value") instanceof String value
          ? Optional.of(new Note(new TxtRecord(name, value), written))
          : Optional.empty();
    } catch (TextParseException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
