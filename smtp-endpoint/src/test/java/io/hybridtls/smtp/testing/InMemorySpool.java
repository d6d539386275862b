package io.hybridtls.smtp.testing;

import io.hybridtls.smtp.spool.LargeBodyWriter;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.NewMessage;
import io.hybridtls.smtp.spool.QueueId;
import io.hybridtls.smtp.spool.Settlement;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolStatistics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A spool that forgets everything with the process, and remembers what was settled. */
public final class InMemorySpool implements MessageSpool {

  private final InstantSource clock;
  private final Map<QueueId, Entry> entries = new LinkedHashMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private final List<Settlement> settlements = new ArrayList<>();
  private long nextId = 1_000;
  private int leaseFailures;
  private int settleFailures;
  private int mostLeased;

  public InMemorySpool(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Entry {
    private final NewMessage message;
    private final Instant acceptedAt;
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private boolean leased;

    Entry(NewMessage message, Instant acceptedAt) {
      this.message = message;
      this.acceptedAt = acceptedAt;
      for (int i = 0; i < message.recipients().size(); i++) {
        waiting.put(i, new Waiting(0, acceptedAt));
      }
    }
  }

  private record Waiting(int attempts, Instant due) {}

  /** The next {@code count} leases fail. */
  public synchronized void failLeases(int count) {
    leaseFailures = count;
  }

  /** The next {@code count} settlements are reported as unwritten, though kept. */
  public synchronized void failSettlements(int count) {
    settleFailures = count;
  }

  /** Everything settled so far, in order. */
  public synchronized List<Settlement> settlements() {
    return List.copyOf(settlements);
  }

  public synchronized int mostLeased() {
    return mostLeased;
  }

  @Override
  public CompletionStage<QueueId> accept(NewMessage message) {
    QueueId id;
    synchronized (this) {
      id = new QueueId(nextId++);
      entries.put(id, new Entry(message, clock.instant()));
    }
    listeners.forEach(Runnable::run);
    return CompletableFuture.completedFuture(id);
  }

  @Override
  public LargeBodyWriter openLargeBody() {
    throw new UnsupportedOperationException("tests make their large bodies themselves");
  }

  @Override
  public synchronized List<LeasedMessage> lease(Instant now, int max) throws SpoolException {
    if (leaseFailures > 0) {
      leaseFailures--;
      throw SpoolException.failed("the disk is on fire", new IOException("smoke"));
    }
    List<LeasedMessage> leased = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          List<LeasedRecipient> due = dueOf(entry, now);
          if (leased.size() < max && !entry.leased && !due.isEmpty()) {
            entry.leased = true;
            leased.add(
                new LeasedMessage(
                    id,
                    entry.message.sender(),
                    entry.message.encoding(),
                    entry.acceptedAt,
                    entry.message.body(),
                    due));
          }
        });
    mostLeased =
        Math.max(mostLeased, (int) entries.values().stream().filter(e -> e.leased).count());
    return leased;
  }

  private static List<LeasedRecipient> dueOf(Entry entry, Instant now) {
    List<LeasedRecipient> due = new ArrayList<>();
    entry.waiting.forEach(
        (number, waiting) -> {
          if (!waiting.due.isAfter(now)) {
            due.add(
                new LeasedRecipient(
                    number, entry.message.recipients().get(number), waiting.attempts));
          }
        });
    return due;
  }

  @Override
  public synchronized CompletionStage<Void> settle(
      LeasedMessage message, List<Settlement> settled) {
    Entry entry = entries.get(message.id());
    if (entry == null || !entry.leased) {
      throw new IllegalStateException(message.id() + " is not leased");
    }
    entry.leased = false;
    settlements.addAll(settled);
    for (Settlement settlement : settled) {
      Waiting before = entry.waiting.remove(settlement.recipient());
      if (before != null && settlement instanceof Settlement.Deferred deferred) {
        entry.waiting.put(
            settlement.recipient(), new Waiting(before.attempts + 1, deferred.until()));
      }
    }
    if (entry.waiting.isEmpty()) {
      entries.remove(message.id());
    }
    if (settleFailures > 0) {
      settleFailures--;
      return CompletableFuture.failedFuture(
          SpoolException.failed("the disk is on fire", new IOException("smoke")));
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized Optional<Instant> nextDue() {
    return entries.values().stream()
        .filter(entry -> !entry.leased)
        .flatMap(entry -> entry.waiting.values().stream())
        .map(Waiting::due)
        .min(Instant::compareTo);
  }

  @Override
  public synchronized CompletionStage<Void> expedite(Instant now) {
    entries.values().stream()
        .filter(entry -> !entry.leased)
        .forEach(
            entry ->
                entry.waiting.replaceAll((number, waiting) -> new Waiting(waiting.attempts, now)));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onArrival(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized SpoolStatistics statistics() {
    long recipients = entries.values().stream().mapToLong(e -> e.waiting.size()).sum();
    long deferred =
        entries.values().stream()
            .flatMap(entry -> entry.waiting.values().stream())
            .filter(waiting -> waiting.attempts > 0)
            .count();
    return new SpoolStatistics(entries.size(), recipients, deferred);
  }

  @Override
  public InputStream open(MessageBody body) throws SpoolException {
    try {
      return body instanceof MessageBody.Large large
          ? Files.newInputStream(large.file())
          : new ByteArrayInputStream(((MessageBody.InMemory) body).content());
    } catch (IOException e) {
      throw SpoolException.failed(body + " cannot be read", e);
    }
  }

  @Override
  public void close() {}
}
