package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each attempt and recipient, in the fields that readers of mail logs know. */
final class DeliveryLog {

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryLog.class);

  private DeliveryLog() {}

  static void write(
      LeasedMessage message,
      LeasedRecipient recipient,
      String connector,
      Relay relay,
      Settlement settlement,
      Instant now) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    LOG.info(
        "{}: to=<{}>, connector={}, relay={}, tls={}, peer={}, delay={}, {}",
        message.id(),
        PrintableText.of(recipient.address().toString()),
        connector,
        relay.remote(),
        relay.tls(),
        relay.peer(),
        seconds(Duration.between(message.acceptedAt(), now)),
        status(settlement));
  }

  private static String status(Settlement settlement) {
    if (settlement instanceof Settlement.Delivered delivered) {
      return "status=sent (" + delivered.reply() + ")";
    }
    if (settlement instanceof Settlement.Deferred deferred) {
      return "status=deferred until " + deferred.until() + " (" + deferred.detail() + ")";
    }
    Settlement.Failed failed = (Settlement.Failed) settlement;
    return "status=bounced, dsn=" + failed.status() + " (" + failed.detail() + ")";
  }

  private static String seconds(Duration delay) {
    return String.format(Locale.ROOT, "%.2f", delay.toMillis() / 1000.0);
  }
}
