package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.spool.RetrySchedule;
import java.time.Duration;

/**
 * How deliveries are paced.
 *
 * @param maxInFlight messages leased at once; more wait in the spool
 * @param drainTimeout how long {@link DeliveryPlanner#close} waits for deliveries under way
 */
public record DeliverySettings(RetrySchedule retries, int maxInFlight, Duration drainTimeout) {

  public DeliverySettings {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("at least one message must be allowed in flight");
    }
  }
}
