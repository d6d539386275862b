package io.hybridtls.smtp.bench;

import io.hybridtls.smtp.server.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Measures one kind of work on one server at a time. */
final class Trial {

  private static final int CONNECTIONS = 20;
  private static final int MESSAGES_A_SESSION = 50;
  private static final double MOST_FULL_HANDSHAKES = 0.02;
  private static final Duration LEAD_IN = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Transport client;
  private final World world;
  private final Sink sink;

  Trial(Transport client, World world, Sink sink) {
    this.client = client;
    this.world = world;
    this.sink = sink;
  }

  /** Sessions or messages a second, over a {@code window} of time. */
  double rate(Work work, MailServer server, Duration window)
      throws InterruptedException, BrokenRunException {
    return switch (work) {
      case NEW_SESSIONS -> sessions(server.port(), LoadTls.of(Optional.empty(), false), window);
      case CLIENT_CERTIFICATES ->
          sessions(
              server.mutualPort(),
              LoadTls.of(Optional.of(world.client().certificate()), false),
              window);
      case RESUMED_SESSIONS -> resumedSessions(server, window);
      case ACCEPTED_MESSAGES -> accepted(server, window);
      case RELAYED_MESSAGES -> relayed(server, window);
    };
  }

  private double resumedSessions(MailServer server, Duration window)
      throws InterruptedException, BrokenRunException {
    LoadTls tls = LoadTls.of(Optional.empty(), true);
    double rate = sessions(server.port(), tls, window);
    double full = tls.fullHandshakes() / (rate * LEAD_IN.plus(window).toSeconds());
    if (full > MOST_FULL_HANDSHAKES) {
      throw new BrokenRunException(
          server.name() + " did not resume " + Math.round(full * 100) + " % of the sessions");
    }
    return rate;
  }

  private double sessions(int port, LoadTls tls, Duration window)
      throws InterruptedException, BrokenRunException {
    SessionPlan plan = new SessionPlan(port, tls, 0, "");
    return rate(Load.start(client, plan, CONNECTIONS), Tally::sessions, window);
  }

  private double accepted(MailServer server, Duration window)
      throws InterruptedException, BrokenRunException {
    return rate(startMessages(server, MailServer.ACCEPTED_DOMAIN), Tally::messages, window);
  }

  private static double rate(Load load, ToLongFunction<Tally> count, Duration window)
      throws InterruptedException, BrokenRunException {
    pause(LEAD_IN);
    long before = count.applyAsLong(load.tally());
    long begin = System.nanoTime();
    pause(window);
    long counted = count.applyAsLong(load.tally()) - before;
    double rate = perSecond(counted, System.nanoTime() - begin);
    load.stop();
    load.tally().requireNoFailure();
    return rate;
  }

  /** From the first message's envelope to the last message's arrival. */
  private double relayed(MailServer server, Duration window)
      throws InterruptedException, BrokenRunException {
    long begin = System.nanoTime();
    long messages = relay(server, window);
    return perSecond(messages, System.nanoTime() - begin);
  }

  private long relay(MailServer server, Duration duration)
      throws InterruptedException, BrokenRunException {
    long before = sink.messages();
    Load load = startMessages(server, MailServer.RELAYED_DOMAIN);
    pause(duration);
    load.stop();
    load.tally().requireNoFailure();
    awaitArrivals(server, before + load.tally().messages());
    return load.tally().messages();
  }

  private void awaitArrivals(MailServer server, long expected)
      throws InterruptedException, BrokenRunException {
    long arrived = sink.messages();
    long progressAt = System.nanoTime();
    while (arrived < expected) {
      TimeUnit.MILLISECONDS.sleep(1);
      long now = sink.messages();
      if (now > arrived) {
        progressAt = System.nanoTime();
      } else if (System.nanoTime() - progressAt > LONGEST_PAUSE.toNanos()) {
        throw new BrokenRunException(
            server.name() + " still holds " + (expected - arrived) + " messages");
      }
      arrived = now;
    }
  }

  private Load startMessages(MailServer server, String domain) {
    LoadTls tls = LoadTls.of(Optional.empty(), false);
    SessionPlan plan = new SessionPlan(server.port(), tls, MESSAGES_A_SESSION, domain);
    return Load.start(client, plan, CONNECTIONS);
  }

  private static void pause(Duration duration) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(duration.toNanos());
  }

  private static double perSecond(long count, long nanos) {
    return count * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
  }
}
