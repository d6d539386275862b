package io.hybridtls.smtp.bench;

import io.hybridtls.smtp.server.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Swaps the certificate again and again while messages are taken and other sessions begin. It is
 * measured how long it takes from the order to swap until a client is shown the new certificate.
 */
final class SwapTrial {

  /** By which it is chosen. */
  static final String KEY = "swaps";

  private static final int SWAPS = 1_000;
  private static final int SESSIONS_WITH_MESSAGES = 10;
  private static final int MESSAGES_A_SESSION = 50;
  private static final int SESSIONS_WITHOUT = 10;
  private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);
  private static final double MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  private final Transport client;

  SwapTrial(Transport client) {
    this.client = client;
  }

  /**
   * One line with what came of it.
   *
   * @throws BrokenRunException when a handshake failed, a session was dropped or a certificate was
   *     never shown
   */
  String run(HybridTlsServer server) throws IOException, InterruptedException, BrokenRunException {
    LoadTls watched = LoadTls.of(Optional.empty(), false);
    Load messages =
        start(server, LoadTls.of(Optional.empty(), false), SESSIONS_WITH_MESSAGES, true);
    Load sessions = start(server, watched, SESSIONS_WITHOUT, false);
    long[] waits = new long[SWAPS];
    try {
      for (int swap = 0; swap < SWAPS; swap++) {
        long begin = System.nanoTime();
        awaitShown(watched, server.swapCertificate(), begin);
        waits[swap] = System.nanoTime() - begin;
      }
    } finally {
      messages.stop();
      sessions.stop();
    }
    messages.tally().requireNoFailure();
    sessions.tally().requireNoFailure();
    return describe(waits, messages.tally(), sessions.tally());
  }

  private Load start(HybridTlsServer server, LoadTls tls, int connections, boolean withMessages) {
    int messages = withMessages ? MESSAGES_A_SESSION : 0;
    SessionPlan plan = new SessionPlan(server.port(), tls, messages, MailServer.ACCEPTED_DOMAIN);
    return Load.start(client, plan, connections);
  }

  private static void awaitShown(LoadTls watched, String serial, long begin)
      throws InterruptedException, BrokenRunException {
    while (!watched.lastShown().equals(serial)) {
      if (System.nanoTime() - begin > LONGEST_WAIT) {
        throw new BrokenRunException("the certificate with serial " + serial + " is not shown");
      }
      TimeUnit.MICROSECONDS.sleep(100); // the load has the same core
    }
  }

  private static String describe(long[] waits, Tally messages, Tally sessions) {
    Arrays.sort(waits);
    return String.format(
        Locale.ROOT,
        "%d swaps under load: shown after %.1f ms (median), %.1f ms (99 of 100), %.1f ms (longest);"
            + " %d sessions began and %d messages were taken meanwhile, none failed",
        waits.length,
        waits[waits.length / 2] / MILLISECOND,
        waits[waits.length * 99 / 100] / MILLISECOND,
        waits[waits.length - 1] / MILLISECOND,
        sessions.sessions() + messages.sessions(),
        messages.messages());
  }
}
