package io.hybridtls.agent.acme.dns;

import io.hybridtls.agent.acme.dns.RecordNeeds.Need;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps a record for as long as anybody needs it: a CA may let two orders under way prove a name by
 * the very same value, and the first to end must not take it from the other. What is written is
 * noted before, and until it is removed.
 */
final class SharedRecords implements TxtPublisher {

  private final TxtPublisher publisher;
  private final RecordNotes notes;
  private final RecordNeeds needs;

  SharedRecords(TxtPublisher publisher, RecordNotes notes) {
    this.publisher = publisher;
    this.notes = notes;
    this.needs = notes.needs();
  }

  /** Who was refused needs it no more; after any other failure it may be there, and is removed. */
  @Override
  public void add(TxtRecord record) throws IOException {
    Need need = needs.join(record);
    synchronized (need) {
      try {
        if (!need.isPublished()) {
          publish(record);
          need.setPublished(true);
        }
      } catch (RefusedChangeException | RuntimeException e) {
        needs.leave(record);
        throw e;
      }
    }
  }

  /** A refusal says nothing of a record that an earlier run may have written. */
  private void publish(TxtRecord record) throws IOException {
    boolean first = notes.put(record);
    try {
      publisher.add(record);
    } catch (RefusedChangeException e) {
      if (first) {
        notes.remove(record);
      }
      throw e;
    }
  }

  @Override
  public void remove(TxtRecord record) throws IOException {
    Optional<Need> known = needs.of(record);
    if (known.isEmpty()) {
      withdraw(record);
      return;
    }
    Need need = known.get();
    synchronized (need) {
      try {
        if (need.isLast()) { // who joins from now on waits for the monitor, and adds again
          need.setPublished(false);
          withdraw(record);
        }
      } finally {
        needs.leave(record);
      }
    }
  }

  @Override
  public void removeUnused(TxtRecord record) throws IOException {
    Need unused = needs.join(record);
    remove(record);
  }

  private void withdraw(TxtRecord record) throws IOException {
    publisher.remove(record);
    notes.remove(record);
  }
}
