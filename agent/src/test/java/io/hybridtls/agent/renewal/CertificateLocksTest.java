package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CertificateLocksTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  /** However many are under way: the limit is for all of them together. */
  @Test
  void theEndShouldNotWaitAnewForEach() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    CertificateLocks locks =
        new CertificateLocks(() -> START.plus(Duration.ofHours(looks.getAndIncrement())));
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    CompletableFuture<Boolean> working =
        CompletableFuture.supplyAsync(
            () ->
                locks.with(
                    MAIL,
                    () -> {
                      begun.complete(null);
                      mayEnd.join();
                      return true;
                    }));
    begun.get(10, TimeUnit.SECONDS);
    assertThat(locks.isTaken(MAIL)).isTrue();
    assertThat(locks.isTaken(WEB)).isFalse();

    assertThat(locks.close(Duration.ofMinutes(30))).isFalse();
    assertThat(locks.isClosed()).isTrue();
    mayEnd.complete(null);
    assertThat(working.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(locks.close(Duration.ofMinutes(30))).isTrue();
  }
}
