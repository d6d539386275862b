package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.testing.TestSpool;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * The victim of {@link SpoolCrashTest}: accepts and delivers until it is killed. It prints {@code
 * accepted ID CONTENT .} after each acceptance and {@code settling ID .} before each settlement.
 */
final class CrashingSpool {

  private static final int IN_FLIGHT = 40;
  private static final int LARGE_EVERY = 50;

  private CrashingSpool() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = System.out;
    MessageSpool spool = TestSpool.open(Path.of(arguments[0]), InstantSource.system());
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    Thread delivery = new Thread(() -> deliver(spool, out));
    delivery.setDaemon(true);
    delivery.start();
    for (int number = 0; ; number++) {
      inFlight.acquire();
      String content = arguments[1] + "-" + number;
      spool
          .accept(message(spool, content, number % LARGE_EVERY == 0))
          .whenComplete(
              (id, failure) -> {
                out.println(
                    failure == null ? "accepted " + id + " " + content + " ." : "bad " + failure);
                inFlight.release();
              });
    }
  }

  private static NewMessage message(MessageSpool spool, String content, boolean large)
      throws SpoolException {
    if (!large) {
      return TestSpool.message(
          ReversePath.none(), content, "bob@cloud.example", "carol@cloud.example");
    }
    try (LargeBodyWriter writer = spool.openLargeBody()) {
      writer.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1)));
      return new NewMessage(
          ReversePath.none(),
          List.of(EmailAddress.of("bob@cloud.example"), EmailAddress.of("carol@cloud.example")),
          BodyEncoding.SEVEN_BIT,
          writer.finish());
    }
  }

  /** Settles one message in three, and keeps the others leased. */
  private static void deliver(MessageSpool spool, PrintStream out) {
    try {
      while (true) {
        for (LeasedMessage leased : spool.lease(InstantSource.system().instant(), 30)) {
          if (leased.id().value() % 3 == 0) {
            out.println("settling " + leased.id() + " .");
            spool.settle(
                leased,
                List.of(
                    new Settlement.Delivered(0, "mx.cloud.example", "250"),
                    new Settlement.Delivered(1, "mx.cloud.example", "250")));
          }
        }
      }
    } catch (SpoolException e) {
      out.println("bad " + e);
    }
  }
}
