package io.hybridtls.smtp.spool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the spool knows without asking the database: which messages are leased; which are
 * <em>hot</em> (in the database and whole in memory, not leased); and when the first of the others,
 * the <em>cold</em> ones, is due. Lost in a crash, on purpose.
 *
 * <p>The writer reports to it after each commit; readers, one at a time, ask it. It is safe for use
 * by those two at once, and rests on two rules:
 *
 * <ul>
 *   <li>A committed message may be leased from the database before the writer reports it. The
 *       report of a leased message is therefore ignored.
 *   <li>A read that began before a settlement shows the message as it was. A lease that ended is
 *       therefore forgotten only when the next read begins.
 * </ul>
 */
final class LeaseBook {

  /** Nothing cold waits. */
  static final long NEVER = Long.MAX_VALUE;

  /** Only the database knows when the first cold message is due. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private enum Hold {
    /** Every recipient that the message has is leased. */
    WHOLE,
    /** Others wait for their time. */
    PART,
    SETTLING
  }

  private final long hotBytesBound;
  private final Map<QueueId, Hold> leased = new HashMap<>();
  private final List<QueueId> ended = new ArrayList<>();
  private final Map<QueueId, SpooledMessage> hot = new LinkedHashMap<>();
  private long hotBytes;
  private long coldDue = UNKNOWN;

  LeaseBook(long hotBytesBound) {
    this.hotBytesBound = hotBytesBound;
  }

  // The writer's side.

  /** A message has been committed. */
  synchronized void arrived(SpooledMessage message) {
    if (leased.containsKey(message.id())) {
      return;
    }
    if (hotBytes + message.weight() <= hotBytesBound) {
      hot.put(message.id(), message);
      hotBytes += message.weight();
    } else {
      waits(message.due());
    }
  }

  /** The settlement of a leased message has been committed, and no recipient is left. */
  synchronized void left(QueueId id) {
    ended.add(id);
  }

  /** The settlement of a leased message has been committed; its next recipient is due then. */
  synchronized void stays(QueueId id, long due) {
    ended.add(id);
    waits(due);
  }

  /** A cold message is due then; {@link #UNKNOWN} makes the next reader look. */
  synchronized void waits(long due) {
    coldDue = Math.min(coldDue, due);
  }

  // The delivery's side.

  /**
   * Marks a leased message as being settled.
   *
   * @return whether the lease covers every recipient that the message has
   * @throws IllegalStateException when it is not leased, or is being settled already
   */
  synchronized boolean settling(QueueId id) {
    Hold hold = leased.get(id);
    if (hold == null || hold == Hold.SETTLING) {
      throw new IllegalStateException("message " + id + " is not leased");
    }
    leased.put(id, Hold.SETTLING);
    return hold == Hold.WHOLE;
  }

  // The reader's side.

  /** Forgets the leases that ended; called by each reader before it reads. */
  synchronized void beginReading() {
    ended.forEach(leased::remove);
    ended.clear();
  }

  /** Leases hot messages while they are due and no cold one is due before them. */
  synchronized void leaseHot(long now, int max, List<LeasedMessage> into) {
    while (into.size() < max && !hot.isEmpty()) {
      SpooledMessage first = hot.values().iterator().next();
      if (first.due() > Math.min(now, coldDue)) {
        return;
      }
      into.add(leaseWhole(first));
    }
  }

  /** Leases {@code id} if it is hot. */
  synchronized Optional<LeasedMessage> leaseHot(QueueId id) {
    return Optional.ofNullable(hot.get(id)).map(this::leaseWhole);
  }

  private LeasedMessage leaseWhole(SpooledMessage message) {
    cool(message.id());
    leased.put(message.id(), Hold.WHOLE);
    return message.leased();
  }

  /** Leases a message read from the database, which may have become hot since. */
  synchronized void leaseCold(QueueId id, boolean whole) {
    cool(id);
    leased.put(id, whole ? Hold.WHOLE : Hold.PART);
  }

  private void cool(QueueId id) {
    SpooledMessage message = hot.remove(id);
    if (message != null) {
      hotBytes -= message.weight();
    }
  }

  /** Takes back leases that were not given to anybody; what was hot is cold now. */
  synchronized void takeBack(List<LeasedMessage> messages) {
    messages.forEach(message -> leased.remove(message.id()));
    coldDue = UNKNOWN;
  }

  synchronized boolean isLeased(QueueId id) {
    return leased.containsKey(id);
  }

  synchronized boolean isHot(QueueId id) {
    return hot.containsKey(id);
  }

  /** When the first cold message is due, at the earliest. */
  synchronized long coldDue() {
    return coldDue;
  }

  /**
   * A reader is about to look for cold messages in the database. It reports what it finds by {@link
   * #waits}; what is committed in the meantime is reported by the writer. A lease that ended up to
   * now is forgotten in the same step: the read would pass its message over, and nobody would know
   * any more when it is due.
   */
  synchronized void beginLooking() {
    beginReading();
    coldDue = NEVER;
  }

  /** When the first hot or cold message is due, {@link #NEVER} when there is none. */
  synchronized long nextDue() {
    return hot.isEmpty() ? coldDue : Math.min(coldDue, hot.values().iterator().next().due());
  }
}
