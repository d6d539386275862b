package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** A spool in an SQLite database, with large bodies in files beside it. */
final class SqliteMessageSpool implements MessageSpool {

  /** Deliveries pause while so many of them could not be recorded. */
  private static final int MAX_UNWRITTEN = 1_000;

  private final OpenedSpool files;
  private final InstantSource clock;
  private final Bouncer bouncer;
  private final LeaseBook book;
  private final ArrivalListeners arrivals = new ArrivalListeners();
  private final SpoolWriter writer;
  private final Object reading = new Object();
  private boolean closed;

  private SqliteMessageSpool(
      OpenedSpool files, SpoolSettings settings, InstantSource clock, RandomGenerator random) {
    this.files = files;
    this.clock = clock;
    this.book = new LeaseBook(settings.hotBytes());
    this.bouncer = new Bouncer(new BounceMessage(settings.hostname(), random), clock, files.ids());
    this.writer = new SpoolWriter(files.tables(), files.disk(), arrivals);
  }

  static MessageSpool open(SpoolSettings settings, InstantSource clock, RandomGenerator random)
      throws SpoolException {
    SqliteMessageSpool spool =
        new SqliteMessageSpool(OpenedSpool.open(settings), settings, clock, random);
    spool.writer.start();
    return spool;
  }

  @Override
  public CompletionStage<QueueId> accept(NewMessage message) {
    CompletableFuture<QueueId> accepted = new CompletableFuture<>();
    SpooledMessage spooled =
        new SpooledMessage(
            files.ids().get(), message, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    writer.submit(new AcceptRequest(spooled, book, files.largeBodies(), accepted));
    return accepted;
  }

  @Override
  public LargeBodyWriter openLargeBody() throws SpoolException {
    return files.largeBodies().create();
  }

  @Override
  public List<LeasedMessage> lease(Instant now, int max) throws SpoolException {
    synchronized (reading) {
      refuseWhenClosed();
      if (writer.unwritten() >= MAX_UNWRITTEN) {
        throw SpoolException.failed(
            "deliveries wait until those that happened can be written to " + files.directory());
      }
      List<LeasedMessage> leased = new ArrayList<>();
      book.beginReading();
      book.leaseHot(now.toEpochMilli(), max, leased);
      if (leased.size() < max && book.coldDue() <= now.toEpochMilli()) {
        look(now, max, leased);
      }
      return leased;
    }
  }

  private void look(Instant now, int max, List<LeasedMessage> leased) throws SpoolException {
    try {
      files.reader().lease(book, now.toEpochMilli(), max, leased);
    } catch (SQLException | RuntimeException e) {
      files.reader().recover();
      book.takeBack(leased);
      throw StorageFailure.of("spool " + files.directory() + " cannot be read", e);
    }
  }

  @Override
  public CompletionStage<Void> settle(LeasedMessage message, List<Settlement> settlements) {
    Set<Integer> numbers =
        message.recipients().stream()
            .map(LeasedMessage.LeasedRecipient::number)
            .collect(Collectors.toSet());
    for (Settlement settlement : settlements) {
      if (!numbers.contains(settlement.recipient())) {
        throw new IllegalArgumentException(
            "message " + message.id() + " has no leased recipient " + settlement.recipient());
      }
    }
    boolean whole = book.settling(message.id());
    CompletableFuture<Void> settled = new CompletableFuture<>();
    writer.submit(
        new SettleRequest(
            message, settlements, whole, book, files.largeBodies(), bouncer, settled));
    return settled;
  }

  @Override
  public Optional<Instant> nextDue() throws SpoolException {
    synchronized (reading) {
      refuseWhenClosed();
      book.beginReading();
      if (book.coldDue() == LeaseBook.UNKNOWN) {
        look(clock.instant(), 0, new ArrayList<>());
      }
      long due = book.nextDue();
      return due == LeaseBook.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(due));
    }
  }

  @Override
  public CompletionStage<Void> expedite(Instant now) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    writer.submit(new ExpediteRequest(now, book, done));
    return done;
  }

  @Override
  public void onArrival(Runnable listener) {
    arrivals.add(listener);
  }

  @Override
  public SpoolStatistics statistics() throws SpoolException {
    synchronized (reading) {
      refuseWhenClosed();
      try {
        return files.reader().statistics();
      } catch (SQLException e) {
        files.reader().recover();
        throw StorageFailure.of("spool " + files.directory() + " cannot be read", e);
      }
    }
  }

  @Override
  public InputStream open(MessageBody body) throws SpoolException {
    try {
      return BodyStream.open(body);
    } catch (IOException e) {
      throw StorageFailure.of(body + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    synchronized (reading) {
      if (closed) {
        return;
      }
      closed = true;
    }
    writer.close();
    files.close();
  }

  private void refuseWhenClosed() throws SpoolException {
    if (closed) {
      throw SpoolException.failed("spool " + files.directory() + " is closed");
    }
  }
}
