package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RenewalStopTest {

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  @TempDir private Path directory;
  private RenewalWorld world;

  @BeforeEach
  void open() throws Exception {
    world = RenewalWorld.in(directory);
  }

  @Test
  void shouldBeginNothingAnyMore() throws Exception {
    assertThat(world.coordinator.stop(AT_ONCE)).isTrue();

    assertThat(world.coordinator.renew(MAIL, true, step -> {}).describe())
        .startsWith("the agent is stopping");
    assertThat(world.issuer.calls()).isZero();
    assertThat(world.journal.find(MAIL)).isEqualTo(JournalEntry.NONE);
  }

  @Test
  void shouldWaitForWhatIsUnderWayAndNoLongerThanTheLimit() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    world.issuer.then(
        (request, progress) -> {
          begun.complete(null);
          mayEnd.join();
          return world.issuer.sign(request);
        });
    CompletableFuture<RenewalOutcome> outcome =
        CompletableFuture.supplyAsync(() -> world.coordinator.renew(WEB, true, step -> {}));
    begun.get(10, TimeUnit.SECONDS);

    assertThat(world.coordinator.statuses())
        .extracting(CertificateStatus::underWay)
        .containsExactly(false, true);
    assertThat(world.coordinator.stop(AT_ONCE)).isFalse();
    mayEnd.complete(null);
    assertThat(world.coordinator.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(RenewalOutcome.Renewed.class);
  }
}
