package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes bounces into messages of the spool. Used by the writer's thread alone. */
final class Bouncer {

  private static final Logger log = LoggerFactory.getLogger(Bouncer.class);

  private final BounceMessage report;
  private final InstantSource clock;
  private final Supplier<QueueId> ids;

  Bouncer(BounceMessage report, InstantSource clock, Supplier<QueueId> ids) {
    this.report = report;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * @param original has a sender to tell
   */
  SpooledMessage bounce(LeasedMessage original, List<BounceMessage.FailedRecipient> failures) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    QueueId id = ids.get();
    try {
      return new SpooledMessage(
          id, report.about(original, headersOf(original), failures, id, now), now);
    } catch (IOException e) {
      throw new UncheckedIOException("bounce of " + original.id() + " cannot be made", e);
    }
  }

  /** A report without the original's header section is better than none. */
  private static String headersOf(LeasedMessage original) {
    try (InputStream body = BodyStream.open(original.body())) {
      return OriginalHeaders.read(body);
    } catch (IOException e) {
      log.warn("{}: bounced without its header section: {}", original.id(), e.toString());
      return "";
    }
  }
}
