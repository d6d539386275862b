package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
      schedule.start(Duration.ofHours(1));

      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));
    }
  }

  @Test
  void shouldLookAgainAfterTheInterval() {
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
      schedule.start(Duration.ofMillis(50));
      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));

      world.clock.advance(Duration.ofDays(61));

      await().until(() -> isDone(MAIL, 2) && isDone(WEB, 2));
    }
  }

  @Test
  void whatFailedShouldBeLookedAtWhenItMayBeTriedAgain() {
    world.inventory =
        CertificateInventory.of(List.of(RenewalWorld.spec(MAIL, "mail.contoso.example")));
    world.issuer.thenFail(new IssuanceFailure.Unreachable("connection refused"));
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
      schedule.start(Duration.ofHours(1));
      Instant planned = schedule.nextLook().orElseThrow();
      await().until(() -> world.journal.find(MAIL).failures() == 1);

      await().until(() -> schedule.nextLook().orElseThrow().isBefore(planned.minusSeconds(1_800)));
    }
  }

  @Test
  void shouldLookAtOnceWhenRescheduled() {
    world.inventory = CertificateInventory.of(List.of());
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
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
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
      schedule.start(Duration.ofHours(1));

      await().until(() -> ids.stream().allMatch(id -> isDone(id, 1)));
      assertThat(overrun).hasValue(0);
    }
  }

  @Test
  void shouldNotIssueAfterItIsClosed() {
    RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock);
    schedule.start(Duration.ofMillis(20));
    await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));

    schedule.close();
    world.clock.advance(Duration.ofDays(61));

    await().during(Duration.ofMillis(200)).until(() -> world.issuer.calls() == 2);
  }

  @Test
  void shouldLookAtOnceWhenTheClockWentForwardAndRenewEachOnce() {
    try (RenewalSchedule schedule =
        new RenewalSchedule(world.coordinator, 2, world.clock, Duration.ofMillis(20))) {
      schedule.start(Duration.ofDays(1));
      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));

      world.clock.advance(Duration.ofDays(61));

      await().until(() -> isDone(MAIL, 2) && isDone(WEB, 2));
      await().during(Duration.ofMillis(200)).until(() -> world.issuer.calls() == 4);
    }
  }

  @Test
  void shouldLookAtOnceWhenTheClockWentBack() {
    try (RenewalSchedule schedule =
        new RenewalSchedule(world.coordinator, 2, world.clock, Duration.ofMillis(20))) {
      schedule.start(Duration.ofDays(1));
      await().until(() -> isDone(MAIL, 1) && isDone(WEB, 1));
      Instant planned = schedule.nextLook().orElseThrow();
      CertificateId late = CertificateId.of("late");
      world.inventory =
          CertificateInventory.of(List.of(RenewalWorld.spec(late, "late.contoso.example")));

      world.clock.advance(Duration.ofHours(-10));

      await().until(() -> isDone(late, 1));
      assertThat(schedule.nextLook().orElseThrow()).isAfter(planned);
    }
  }

  @Test
  void aSlowIssuerShouldNotKeepAnotherWaiting() {
    CountDownLatch release = new CountDownLatch(1);
    List<CertificateId> slow =
        IntStream.range(0, 6).mapToObj(n -> CertificateId.of("a" + n)).toList();
    world.issuers =
        Map.of(
            "internal",
            (request, progress) -> {
              await().until(() -> release.getCount() == 0);
              return world.issuer.sign(request);
            },
            "other",
            (request, progress) -> world.issuer.sign(request));
    List<CertificateSpec> specs = new ArrayList<>();
    slow.forEach(id -> specs.add(RenewalWorld.spec(id, id + ".contoso.example")));
    specs.add(RenewalWorld.from("other", MAIL, "mail.contoso.example"));
    world.inventory = CertificateInventory.of(specs);
    try (RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 2, world.clock)) {
      schedule.start(Duration.ofHours(1));

      await().until(() -> isDone(MAIL, 1));
      assertThat(slow).allSatisfy(id -> assertThat(world.liveNumber(id)).isZero());
      release.countDown();
      await().until(() -> slow.stream().allMatch(id -> isDone(id, 1)));
    }
  }

  /** Live, and nothing of the attempt is left to be written. */
  private boolean isDone(CertificateId id, long generation) {
    return world.liveNumber(id) == generation && world.journal.find(id).failures() == 0;
  }
}
