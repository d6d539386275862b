package io.hybridtls.smtp.server;

import io.hybridtls.smtp.spool.LargeBodyWriter;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.NewMessage;
import io.hybridtls.smtp.spool.QueueId;
import io.hybridtls.smtp.spool.Settlement;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolStatistics;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stands in front of a real spool and breaks it, until it is mended. Safe for any thread. */
final class SpoolFaults {

  private volatile long writable = Long.MAX_VALUE;
  private volatile boolean throwing;
  private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

  /** From now on the disk is full once a large body has so many octets. */
  void failWritesAfter(long octets) {
    writable = octets;
  }

  /** Messages are handed to the spool only after {@link #mend}. */
  void holdAccepts() {
    gate = new CompletableFuture<>();
  }

  void throwOnAccept() {
    throwing = true;
  }

  void mend() {
    writable = Long.MAX_VALUE;
    throwing = false;
    gate.complete(null);
  }

  MessageSpool around(MessageSpool real) {
    return new Faulty(real);
  }

  private final class Faulty implements MessageSpool {

    private final MessageSpool real;

    Faulty(MessageSpool real) {
      this.real = real;
    }

    @Override
    public CompletionStage<QueueId> accept(NewMessage message) {
      if (throwing) {
        throw new IllegalStateException("thrown by the test");
      }
      return gate.thenCompose(open -> real.accept(message));
    }

    @Override
    public LargeBodyWriter openLargeBody() throws SpoolException {
      return new FaultyBody(real.openLargeBody());
    }

    @Override
    public List<LeasedMessage> lease(Instant now, int max) throws SpoolException {
      return real.lease(now, max);
    }

    @Override
    public CompletionStage<Void> settle(LeasedMessage message, List<Settlement> settlements) {
      return real.settle(message, settlements);
    }

    @Override
    public Optional<Instant> nextDue() throws SpoolException {
      return real.nextDue();
    }

    @Override
    public CompletionStage<Void> expedite(Instant now) {
      return real.expedite(now);
    }

    @Override
    public void onArrival(Runnable listener) {
      real.onArrival(listener);
    }

    @Override
    public SpoolStatistics statistics() throws SpoolException {
      return real.statistics();
    }

    @Override
    public InputStream open(MessageBody body) throws SpoolException {
      return real.open(body);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private final class FaultyBody implements LargeBodyWriter {

    private final LargeBodyWriter real;
    private long written;

    FaultyBody(LargeBodyWriter real) {
      this.real = real;
    }

    @Override
    public void write(ByteBuffer octets) throws SpoolException {
      written += octets.remaining();
      if (written > writable) {
        throw SpoolException.full("no space left, says the test");
      }
      real.write(octets);
    }

    @Override
    public MessageBody.Large finish() throws SpoolException {
      return real.finish();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
