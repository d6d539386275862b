package io.hybridtls.agent.acme.dns;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who needs which record at this moment, through whatever publisher. Safe for any thread. */
public final class RecordNeeds {

  private final ConcurrentMap<TxtRecord, Need> needs = new ConcurrentHashMap<>();

  /** Its monitor is held while the record is written. */
  static final class Need {
    private final AtomicInteger users = new AtomicInteger();
    private boolean published;

    boolean isLast() {
      return users.get() == 1;
    }

    /** For who holds the monitor. */
    boolean isPublished() {
      return published;
    }

    /** For who holds the monitor. */
    void setPublished(boolean now) {
      published = now;
    }
  }

  Optional<Need> of(TxtRecord record) {
    return Optional.ofNullable(needs.get(record));
  }

  Need join(TxtRecord record) {
    return needs.compute(
        record,
        (key, known) -> {
          Need need = known == null ? new Need() : known;
          need.users.incrementAndGet();
          return need;
        });
  }

  void leave(TxtRecord record) {
    needs.computeIfPresent(record, (key, need) -> need.users.decrementAndGet() == 0 ? null : need);
  }
}
