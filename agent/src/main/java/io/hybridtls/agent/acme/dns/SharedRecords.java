package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a record for as long as anybody needs it: a CA may let two orders under way prove a name by
 * the very same value, and the first to end must not take it from the other. What is written is
 * noted before, and until it is removed.
 */
final class SharedRecords implements TxtPublisher {

  private final TxtPublisher publisher;
  private final RecordNotes notes;
  private final ConcurrentMap<TxtRecord, Need> needs = new ConcurrentHashMap<>();

  SharedRecords(TxtPublisher publisher, RecordNotes notes) {
    this.publisher = publisher;
    this.notes = notes;
  }

  /** Its monitor is held while the record is written. */
  private static final class Need {
    private final AtomicInteger users = new AtomicInteger();
    private boolean published;
  }

  /** Who was refused needs it no more; after any other failure it may be there, and is removed. */
  @Override
  public void add(TxtRecord record) throws IOException {
    Need need = join(record);
    synchronized (need) {
      try {
        if (!need.published) {
          notes.put(record);
          publisher.add(record);
          need.published = true;
        }
      } catch (RefusedChangeException e) {
        notes.remove(record);
        leave(record);
        throw e;
      } catch (RuntimeException e) {
        leave(record);
        throw e;
      }
    }
  }

  @Override
  public void remove(TxtRecord record) throws IOException {
    Need need = needs.get(record);
    if (need == null) {
      withdraw(record);
      return;
    }
    synchronized (need) {
      try {
        if (need.users.get() == 1) { // who joins from now on waits for the monitor, and adds again
          need.published = false;
          withdraw(record);
        }
      } finally {
        leave(record);
      }
    }
  }

  @Override
  public void removeUnused(TxtRecord record) throws IOException {
    Need unused = join(record);
    remove(record);
  }

  private void withdraw(TxtRecord record) throws IOException {
    publisher.remove(record);
    notes.remove(record);
  }

  private Need join(TxtRecord record) {
    return needs.compute(
        record,
        (key, known) -> {
          Need need = known == null ? new Need() : known;
          need.users.incrementAndGet();
          return need;
        });
  }

  private void leave(TxtRecord record) {
    needs.computeIfPresent(record, (key, need) -> need.users.decrementAndGet() == 0 ? null : need);
  }
}
