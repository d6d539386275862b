package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.RecordNeeds;
import io.hybridtls.agent.acme.dns.RecordNotes;
import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtRecord;
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

  /** A record that cannot be removed for so long is left to the administrator. */
  static final Duration KEPT = Duration.ofDays(7);

  private final JsonFolder files;
  private final InstantSource clock;
  private final RecordNeeds needs = new RecordNeeds();

  /** By value, which is a digest (RFC 8555, section 8.4), and so their file's name. */
  private final Map<String, Note> notes = new ConcurrentHashMap<>();

  private record Note(TxtRecord record, Instant written, Instant next) {

    private Note(TxtRecord record, Instant written) {
      this(record, written, written.plus(INTERVAL));
    }
  }

  /**
   * @param memory where they are kept
   */
  LeftRecords(Path memory, InstantSource clock) {
    this.files = new JsonFolder(memory);
    this.clock = clock;
    files.readAll().forEach((value, fields) -> note(value, fields).ifPresent(this::keep));
  }

  @Override
  public void put(TxtRecord record) {
    Note note = new Note(record, clock.instant());
    keep(note);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", record.name().toString());
    fields.put("written", note.written().toString());
    files.write(record.value(), fields);
  }

  @Override
  public void remove(TxtRecord record) {
    notes.remove(record.value());
    files.remove(record.value());
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
    Note tried = new Note(record, note.written(), now.plus(INTERVAL));
    if (!notes.replace(record.value(), note, tried)) {
      return true; // its order has ended, or another has written it again
    }
    try {
      publisher.removeUnused(record);
      if (!notes.containsKey(record.value())) {
        LOG.info("{} was left in its zone, and is removed", record);
      }
      return true;
    } catch (IOException e) {
      if (now.isBefore(note.written().plus(KEPT))) {
        LOG.info("{} is still in its zone: {}", record, e.getMessage());
      } else {
        LOG.warn("{} was not removed; remove it by hand: {}", record, e.getMessage());
        remove(record);
      }
      return false;
    }
  }

  private void keep(Note note) {
    notes.put(note.record().value(), note);
  }

  /** Empty when {@code fields} are not what {@link #put} writes. */
  private static Optional<Note> note(String value, Map<String, Object> fields) {
    try {
      Name name = Name.fromString(String.valueOf(fields.get("name")));
      Instant written = Instant.parse(String.valueOf(fields.get("written")));
      return name.isAbsolute()
          ? Optional.of(new Note(new TxtRecord(name, value), written))
          : Optional.empty();
    } catch (TextParseException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
