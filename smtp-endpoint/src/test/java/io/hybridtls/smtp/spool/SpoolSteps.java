package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.spool.testing.MutableClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A spool under test, and what its tests do to it. */
abstract class SpoolSteps {

  final MutableClock clock = MutableClock.standard();
  MessageSpool spool;

  /** Opens the spool under test; after a {@code close}, the same one again. */
  abstract MessageSpool open(InstantSource clock) throws SpoolException;

  @BeforeEach
  void openSpool() throws SpoolException {
    spool = open(clock);
  }

  @AfterEach
  void closeSpool() {
    spool.close();
  }

  final void reopen() throws SpoolException {
    spool.close();
    spool = open(clock);
  }

  final List<LeasedMessage> lease(int max) throws SpoolException {
    return spool.lease(clock.instant(), max);
  }

  final LeasedMessage leaseOne() throws SpoolException {
    List<LeasedMessage> leased = lease(10);
    assertThat(leased).hasSize(1);
    return leased.get(0);
  }

  static Settlement delivered(int recipient) {
    return new Settlement.Delivered(recipient, "mx.cloud.example", "250 2.0.0 queued");
  }

  final Settlement deferredFor(int recipient, Duration duration) {
    return new Settlement.Deferred(
        recipient, clock.instant().plus(duration), "mx.cloud.example", "451 4.7.500 busy");
  }

  static Settlement failed(int recipient) {
    return new Settlement.Failed(recipient, "5.1.1", "mx.cloud.example", "550 5.1.1 no such user");
  }
}
