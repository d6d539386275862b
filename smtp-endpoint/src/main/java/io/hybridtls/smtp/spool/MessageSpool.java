package io.hybridtls.smtp.spool;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Accepted mail. Implementations MUST complete {@link #accept} only after the message is durable,
 * MUST NOT lose a recipient before it is delivered or its failure reported, and MUST give leased
 * messages out again after a crash. Stages complete on the spool's own thread: continue elsewhere
 * when there is work to do.
 */
public interface MessageSpool extends AutoCloseable {

  /**
   * Takes a message. Does not block; safe on event loops.
   *
   * @return completes after the commit; exceptionally with {@link SpoolException} when nothing was
   *     taken
   */
  CompletionStage<QueueId> accept(NewMessage message);

  /** Opens a file for a body too large for memory. Blocks on I/O, as the writer's methods do. */
  LargeBodyWriter openLargeBody() throws SpoolException;

  /**
   * Gives out messages that have a recipient due at {@code now} and are not leased, oldest due
   * first. Blocks on I/O.
   *
   * @param max how many at the most
   */
  List<LeasedMessage> lease(Instant now, int max) throws SpoolException;

  /**
   * Records what became of recipients of a leased message; recipients without a settlement stay as
   * they were. Ends the lease. Does not block.
   *
   * @return completes after the commit; exceptionally with {@link SpoolException} when it cannot be
   *     written now: the spool keeps the settlements and writes them when it can, and the message
   *     stays leased until then
   * @throws IllegalStateException when the message is not leased, or was settled already
   */
  CompletionStage<Void> settle(LeasedMessage message, List<Settlement> settlements);

  /** When the next recipient that is not leased is due; empty when none waits. Blocks on I/O. */
  Optional<Instant> nextDue() throws SpoolException;

  /** Makes every waiting recipient due at {@code now}, after a change of configuration. */
  CompletionStage<Void> expedite(Instant now);

  /**
   * Runs {@code listener} on the spool's thread after each commit that made something due at once.
   */
  void onArrival(Runnable listener);

  /** How much waits. Blocks on I/O. */
  SpoolStatistics statistics() throws SpoolException;

  /** Reads a body from its beginning. Blocks on I/O; the caller closes the stream. */
  InputStream open(MessageBody body) throws SpoolException;

  /** Commits what was submitted, then closes; later calls fail. */
  @Override
  void close();
}
