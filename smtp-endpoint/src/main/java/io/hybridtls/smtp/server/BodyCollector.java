package io.hybridtls.smtp.server;

import io.hybridtls.smtp.inbound.HeaderFirewall;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.HeaderSection;
import io.hybridtls.smtp.protocol.OctetSink;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.spool.LargeBodyWriter;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.SpoolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers one message's content: in memory while it is small and the sessions' common memory
 * allows, in the spool's folder beyond that. The trace field goes in front, and the header passes
 * the firewall.
 *
 * <p>Used by one session, on its event loop; {@link #spill} and {@link #finish} work on a worker,
 * and nothing else may be called until their stage has completed.
 */
final class BodyCollector implements OctetSink {

  private static final Logger LOG = LoggerFactory.getLogger(BodyCollector.class);

  private static final int FIRST_CAPACITY = 8 * 1024;
  private static final int MEMORY_LIMIT = 1024 * 1024;
  private static final int SPILL_CHUNK = 256 * 1024;

  /**
   * A header section is held in memory until it is whole; this much of it even when memory is
   * short.
   */
  private static final int CROWDED_HEADER = 64 * 1024;

  private static final SmtpReply HEADER_TOO_LARGE =
      SmtpReply.of(
          554,
          EnhancedStatus.of("5.6.0"),
          "Message refused: its header section is larger than " + MEMORY_LIMIT + " octets");
  private static final SmtpReply MEMORY_SHORT =
      SmtpReply.of(
          452,
          EnhancedStatus.of("4.3.1"),
          "Too busy for so large a header section; try again later");

  private final MessageSpool spool;
  private final BodyMemory memory;
  private final Executor workers;
  private final byte[] trace;
  private final boolean trustedHeaders;
  private final Function<HeaderSection, Optional<SmtpReply>> check;

  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int length;
  private long reserved;
  private boolean outOfMemory;
  private boolean headerPassed;
  private Optional<SmtpReply> refusal = Optional.empty();
  private @Nullable LargeBodyWriter file;

  /**
   * Begins a message.
   *
   * @param trace the Received field to put in front, with its CRLF
   * @param trustedHeaders whether the sender may state cross-premises header fields
   * @param check says why a message with such a header section is refused, if it is
   */
  BodyCollector(
      MessageSpool spool,
      BodyMemory memory,
      Executor workers,
      byte[] trace,
      boolean trustedHeaders,
      Function<HeaderSection, Optional<SmtpReply>> check) {
    this.spool = spool;
    this.memory = memory;
    this.workers = workers;
    this.trace = trace;
    this.trustedHeaders = trustedHeaders;
    this.check = check;
  }

  @Override
  public void accept(byte[] octets, int offset, int count) {
    if (refusal.isPresent()) {
      return;
    }
    if (length + count > buffer.length) {
      grow(length + count);
    }
    System.arraycopy(octets, offset, buffer, length, count);
    length += count;
  }

  /** Whether what was gathered must go to disk before more is taken. */
  boolean mustSpill() {
    if (length > (file == null ? MEMORY_LIMIT : SPILL_CHUNK)) {
      return true;
    }
    return outOfMemory && (headerPassed || length > CROWDED_HEADER || !isHeaderOpen());
  }

  /** Writes what was gathered to disk, on a worker; fails when the disk does. */
  CompletionStage<Void> spill() {
    return atOnce().thenRunAsync(this::writeOut, workers).thenRun(this::releaseMemory);
  }

  /** Completes the body; on a worker when it went to disk, at once when it did not. */
  CompletionStage<MessageBody> finish() {
    return file == null
        ? CompletableFuture.completedFuture(new MessageBody.InMemory(assemble()))
        : atOnce().thenApplyAsync(BodyCollector::finishFile, workers);
  }

  /** Why the message is refused, if it is; known once the body is finished. */
  Optional<SmtpReply> refusal() {
    return refusal;
  }

  /** Takes nothing more: the message is read to its end only so that it can be refused. */
  void refuse(SmtpReply reply) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(reply);
      length = 0;
      close();
    }
  }

  /** Gives back memory, and the file unless the body was finished. */
  void close() {
    releaseMemory();
    LargeBodyWriter open = file;
    if (open != null) {
      file = null;
      CompletionStage<Void> closed = atOnce().thenRunAsync(open::close, workers);
      closed.whenComplete(
          (done, failure) -> {
            if (failure != null) {
              LOG.warn("a large body is left for the next start to remove", failure);
            }
          });
    }
  }

  /** To continue from on a worker: one that is not to be had is then a failure like any other. */
  private CompletableFuture<BodyCollector> atOnce() {
    return CompletableFuture.completedFuture(this);
  }

  private void grow(int needed) {
    int capacity = Math.max(needed, buffer.length * 2);
    int more = capacity - buffer.length;
    if (memory.tryReserve(more)) {
      reserved += more;
    } else {
      outOfMemory = true;
    }
    buffer = Arrays.copyOf(buffer, capacity);
  }

  private boolean isHeaderOpen() {
    return !headerPassed && HeaderSection.of(buffer, length).length() == length;
  }

  private void writeOut() {
    if (isHeaderOpen()) {
      refuse(length > MEMORY_LIMIT ? HEADER_TOO_LARGE : MEMORY_SHORT);
      return;
    }
    ByteBuffer next =
        headerPassed ? ByteBuffer.wrap(buffer, 0, length) : ByteBuffer.wrap(assemble());
    if (refusal.isPresent()) {
      return;
    }
    try {
      LargeBodyWriter out = file;
      if (out == null) {
        out = spool.openLargeBody();
        file = out;
      }
      out.write(next);
      length = 0;
    } catch (SpoolException e) {
      throw new CompletionException(e);
    }
  }

  private MessageBody finishFile() {
    writeOut();
    LargeBodyWriter out = file;
    if (out == null) {
      throw new IllegalStateException("the body is not in a file");
    }
    try {
      return out.finish();
    } catch (SpoolException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * The trace field, the header fields that pass the firewall, and the rest of what was gathered.
   */
  private byte[] assemble() {
    headerPassed = true;
    HeaderSection header = HeaderSection.of(buffer, length);
    byte[] fields = Arrays.copyOf(buffer, header.length());
    byte[] kept = trustedHeaders ? fields : HeaderFirewall.strip(fields);
    int rest = length - header.length();
    byte[] whole = Arrays.copyOf(trace, trace.length + kept.length + rest);
    System.arraycopy(kept, 0, whole, trace.length, kept.length);
    System.arraycopy(buffer, header.length(), whole, trace.length + kept.length, rest);
    check.apply(header).ifPresent(this::refuse);
    return whole;
  }

  private void releaseMemory() {
    memory.release(reserved);
    reserved = 0;
    outOfMemory = false;
    if (length == 0) {
      buffer = new byte[FIRST_CAPACITY];
    }
  }
}
