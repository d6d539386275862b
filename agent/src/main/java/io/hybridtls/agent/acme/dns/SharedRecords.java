package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a record for as long as anybody needs it: a CA may let two orders under way prove a name by
 * the very same value, and the first to end must not take it from the other.
 */
final class SharedRecords implements TxtPublisher {

  private final TxtPublisher publisher;
  private final ConcurrentMap<TxtRecord, Need> needs = new ConcurrentHashMap<>();

  SharedRecords(TxtPublisher publisher) {
    this.publisher = publisher;
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
          publisher.add(record);
          need.published = true;
        }
      } catch (RefusedChangeException | RuntimeException e) {
        leave(record);
        throw e;
      }
    }
  }

  @Override
  public void remove(TxtRecord record) throws IOException {
    Need need = needs.get(record);
    if (need == null) {
      publisher.remove(record);
      return;
    }
    synchronized (need) {
      try {
        if (need.users.get() == 1) { // who joins from now on waits for the monitor, and adds again
          need.published = false;
          publisher.remove(record);
        }
      } finally {
        leave(record);
      }
    }
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
