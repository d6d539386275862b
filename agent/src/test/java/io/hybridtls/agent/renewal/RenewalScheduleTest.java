package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.certstore.model.CertificateId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalScheduleTest {

  @TempDir private Path directory;

  private RenewalWorld world;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
  }

  @Test
  void shouldIssueAtOnceWhatIsMissing() {
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2)) {
      schedule.start(Duration.ofHours(1));

      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));
    }
  }

  @Test
  void shouldLookAgainAfterTheInterval() {
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2)) {
      schedule.start(Duration.ofMillis(50));
      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));

      world.clock.advance(Duration.ofDays(61));

      await().until(() -> isDone(MAIL, 2) && isDone(WEB, 2));
    }
  }

  @Test
  void shouldLookAtOnceWhenRescheduled() {
    world.inventory = CertificateInventory.of(List.of());
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2)) {
      schedule.start(Duration.ofHours(1));

      world.inventory =
          CertificateInventory.of(List.of(RenewalWorld.spec(MAIL, "mail.contoso.example")));
      schedule.reschedule(Duration.ofHours(2));

      await().until(() -> isDone(MAIL, 1));
    }
  }

  @Test
  void shouldIssueNoMoreAtOnceThanConfigured() {
    List<CertificateId> ids =
        IntStream.range(0, 6).mapToObj(n -> CertificateId.of("c" + n)).toList();
    world.inventory =
        CertificateInventory.of(
            ids.stream().map(id -> RenewalWorld.spec(id, id + ".contoso.example")).toList());
    Semaphore slots = new Semaphore(2);
    AtomicInteger overrun = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    ids.forEach(
        id ->
            world.issuer.then(
                (request, progress) -> {
                  if (!slots.tryAcquire()) {
                    overrun.incrementAndGet();
                  }
                  both.countDown();
                  await().until(() -> both.getCount() == 0);
                  slots.release();
                  return world.issuer.sign(request);
                }));
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2)) {
      schedule.start(Duration.ofHours(1));

      await().until(() -> ids.stream().allMatch(id -> isDone(id, 1)));
      assertThat(overrun).hasValue(0);
    }
  }

  @Test
  void shouldNotIssueAfterItIsClosed() {
    RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2);
    schedule.start(Duration.ofMillis(20));
    await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));

    schedule.close();
    world.clock.advance(Duration.ofDays(61));

    await().during(Duration.ofMillis(200)).until(() -> world.issuer.calls() == 2);
  }

  /** Live, and nothing of the attempt is left to be written. */
  private boolean isDone(CertificateId id, long generation) {
    return world.liveNumber(id) == generation && world.journal.find(id).failures() == 0;
  }
}
