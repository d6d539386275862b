package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.renewal.RenewalOutcome.Failed;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.agent.renewal.RenewalOutcome.StoredNotLive;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalCoordinatorTest {

  private static final Duration TWO_THIRDS = Duration.ofDays(61);

  @TempDir private Path directory;

  private RenewalWorld world;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
  }

  @Test
  void shouldIssueStoreAndTakeLiveWhatIsMissing() throws Exception {
    List<String> steps = new ArrayList<>();

    RenewalOutcome outcome = world.coordinator.renew(MAIL, false, steps::add);

    assertThat(outcome).isInstanceOf(Renewed.class);
    assertThat(outcome.exitCode()).isZero();
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
    assertThat(world.store.active(MAIL))
        .map(Generation::reason)
        .contains("no certificate is held yet");
    assertThat(steps)
        .containsExactly(
            "asking issuer internal for a certificate, because no certificate is held yet",
            "storing the new certificate",
            "checking whether generation mail/1 may go live",
            "putting generation mail/1 into use",
            "asking the listeners for their certificate");
  }

  @Test
  void shouldLeaveAloneWhatIsNotDue() {
    world.coordinator.check(MAIL);

    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome).isInstanceOf(NotDue.class);
    assertThat(outcome.exitCode()).isZero();
    assertThat(world.issuer.calls()).isEqualTo(1);
    assertThat(world.coordinator.due()).containsExactly(WEB);
  }

  @Test
  void shouldIssueWhatIsNotDueWhenForced() throws Exception {
    world.coordinator.check(MAIL);

    assertThat(world.coordinator.renew(MAIL, true, step -> {})).isInstanceOf(Renewed.class);

    assertThat(world.store.active(MAIL))
        .map(Generation::reason)
        .contains("an operator asked for it");
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldRenewAfterTwoThirdsOfTheLifetime() {
    world.coordinator.check(MAIL);
    world.clock.advance(TWO_THIRDS);

    assertThat(world.coordinator.due()).contains(MAIL);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldKeepTheConfiguredNumberOfGenerations() throws Exception {
    for (int i = 0; i < 8; i++) {
      world.coordinator.renew(MAIL, true, step -> {});
    }

    assertThat(world.store.generations(MAIL)).containsExactly(4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void shouldReportAFailureWhileTheOldCertificateServesOn() {
    world.coordinator.check(MAIL);
    world.clock.advance(TWO_THIRDS);
    world.issuer.thenFail(new IssuanceFailure.Unreachable("connection refused"));

    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome).isInstanceOf(StillValid.class);
    assertThat(outcome.exitCode()).isEqualTo(5);
    assertThat(outcome.describe())
        .contains("connection refused", "valid until", "the next attempt is at");
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
  }

  @Test
  void shouldReportAFailureWhenNothingValidIsLeft() {
    world.issuer.thenFail(new IssuanceFailure.Rejected("the name is paused"));

    RenewalOutcome first = world.coordinator.check(MAIL);
    assertThat(first).isInstanceOf(Failed.class);
    assertThat(first.exitCode()).isEqualTo(1);

    world.coordinator.renew(MAIL, true, step -> {});
    world.clock.advance(ScriptedIssuer.LIFETIME);
    world.issuer.thenFail(new IssuanceFailure.Rejected("the name is paused"));
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
  }

  @Test
  void shouldReportABugOfAnIssuerAndGoOn() {
    world.issuer.then(
        (request, progress) -> {
          throw new IllegalStateException("no nonce");
        });

    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome.describe()).contains("bug").contains("no nonce");
    assertThat(world.journal.find(MAIL).step()).isEmpty();
  }

  @Test
  void shouldReportAStoreThatCannotBeWritten() throws Exception {
    Files.writeString(directory.resolve("certificates/mail"), "in the way");

    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome).isInstanceOf(Failed.class);
    assertThat(outcome.describe()).contains("could not be stored", "certificates/mail");
  }

  @Test
  void shouldPromiseNoAttemptThatNobodyMakesAfterAForcedOneHasFailed() {
    world.coordinator.check(MAIL);
    world.issuer.thenFail(new IssuanceFailure.Unreachable("refused"));

    RenewalOutcome outcome = world.coordinator.renew(MAIL, true, step -> {});

    assertThat(outcome).isInstanceOf(StillValid.class);
    assertThat(outcome.nextAttempt()).isEmpty();
    assertThat(outcome.describe()).doesNotContain("next attempt");
    assertThat(world.journal.find(MAIL).failure()).contains("the CA could not be reached: refused");
    assertThat(world.journal.find(MAIL).notBefore()).isEmpty();
    world.clock.advance(Duration.ofDays(1));
    assertThat(world.coordinator.due()).doesNotContain(MAIL);
  }

  @Test
  void shouldNameTheIdThatIsNotConfigured() {
    world.inventory = CertificateInventory.of(List.of());

    RenewalOutcome outcome = world.coordinator.renew(MAIL, true, step -> {});

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.describe()).contains("no certificate mail is configured");
  }

  @Test
  void shouldKeepTheOldWhenAListenerCannotUseTheNew() throws Exception {
    world.coordinator.check(MAIL);
    world.live.join(
        next -> {
          if (world.issuer.calls() == 2) {
            throw new SwapRejectedException("listener mx cannot use it");
          }
          return () -> {};
        });

    RenewalOutcome outcome = world.coordinator.renew(MAIL, true, step -> {});

    assertThat(outcome).isInstanceOf(StoredNotLive.class);
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.describe()).contains("mail/2", "listener mx cannot use it");
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
    assertThat(world.store.activeNumber(MAIL)).contains(1L);
  }

  @Test
  void shouldTryAgainWithWhatItStoredInsteadOfOrderingAnother() throws Exception {
    boolean[] broken = {true};
    world.live.join(
        next -> {
          if (broken[0] && next.version() > 0) {
            throw new SwapRejectedException("listener mx cannot use it");
          }
          return () -> {};
        });
    world.coordinator.check(MAIL);
    broken[0] = false;

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    world.clock.set(world.journal.find(MAIL).notBefore().orElseThrow());
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);

    assertThat(world.issuer.calls()).isEqualTo(1);
    assertThat(world.store.activeNumber(MAIL)).contains(1L);
    assertThat(world.journal.find(MAIL).pending()).isEmpty();
  }

  @Test
  void shouldNotTakeLiveACertificateForOtherNames() throws Exception {
    world.coordinator.check(MAIL);
    world.issuer.then(
        (request, progress) ->
            world.issuer.sign(RenewalWorld.spec(MAIL, "www.fabrikam.example"), request.keys()));

    RenewalOutcome outcome = world.coordinator.renew(MAIL, true, step -> {});

    assertThat(outcome.describe()).contains("does not cover [mail.contoso.example]");
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
  }

  @Test
  void shouldOrderAnotherAfterAWhileWhenTheGateRefusedTheFirst() {
    world.issuer.then(
        (request, progress) ->
            RenewalWorld.CA
                .leaf("mail.contoso.example")
                .roles(CertificateRole.CLIENT)
                .validity(
                    world.clock.instant(), world.clock.instant().plus(ScriptedIssuer.LIFETIME))
                .issue());

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(StoredNotLive.class);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Failed.class);
    world.clock.set(world.journal.find(MAIL).notBefore().orElseThrow());
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);

    assertThat(world.issuer.calls()).isEqualTo(2);
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldTakeTheNewOneLiveAfterARestartWhenItCouldNotBeMarkedActive() throws Exception {
    world.coordinator.check(MAIL);
    Path active = directory.resolve("certificates/mail/active");
    world.issuer.then(
        (request, progress) -> {
          swapForDirectory(active);
          return world.issuer.sign(request);
        });
    world.clock.advance(TWO_THIRDS);

    RenewalOutcome outcome = world.coordinator.check(MAIL);
    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.describe()).contains("could not be marked as active");
    assertThat(world.liveNumber(MAIL)).isEqualTo(2);

    Files.delete(active.resolve("content"));
    Files.delete(active);
    Files.writeString(active, "1");
    RenewalWorld restarted = world.restarted();
    restarted.coordinator.activateStored();
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(1);
    restarted.clock.advance(Duration.ofHours(1));
    assertThat(restarted.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(2);
    assertThat(world.issuer.calls()).isEqualTo(2);
  }

  @Test
  void shouldMarkTheLiveOneAsActiveAsSoonAsThatCanBeWritten() throws Exception {
    world.coordinator.check(MAIL);
    Path active = directory.resolve("certificates/mail/active");
    world.issuer.then(
        (request, progress) -> {
          swapForDirectory(active);
          return world.issuer.sign(request);
        });
    world.clock.advance(TWO_THIRDS);
    assertThat(world.coordinator.check(MAIL).exitCode()).isEqualTo(6);
    assertThat(world.coordinator.due()).doesNotContain(MAIL);

    Files.delete(active.resolve("content"));
    Files.delete(active);
    Files.writeString(active, "1");
    world.clock.set(world.journal.find(MAIL).notBefore().orElseThrow());
    assertThat(world.coordinator.due()).contains(MAIL);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);

    assertThat(world.store.activeNumber(MAIL)).contains(2L);
    assertThat(world.issuer.calls()).isEqualTo(2);
    assertThat(world.journal.find(MAIL).failures()).isZero();
    assertThat(world.coordinator.due()).doesNotContain(MAIL);
  }

  @Test
  void shouldTakeUpFirstWhatEndsFirst() {
    world.coordinator.check(WEB);
    world.clock.advance(Duration.ofHours(1));
    world.coordinator.check(MAIL);
    assertThat(world.coordinator.due()).isEmpty();
    world.clock.advance(ScriptedIssuer.LIFETIME);

    assertThat(world.coordinator.due()).containsExactly(WEB, MAIL);
    world.coordinator.check(WEB);
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.spec(MAIL, "mail.contoso.example"),
                RenewalWorld.spec(CertificateId.of("new"), "new.contoso.example")));
    assertThat(world.coordinator.due()).containsExactly(CertificateId.of("new"), MAIL);
  }

  @Test
  void shouldRenewTheOthersWhenNothingCanBeDecidedOfOne() {
    world.inventory =
        CertificateInventory.of(
            List.of(
                RenewalWorld.from("brought", MAIL, "mail.contoso.example"),
                RenewalWorld.spec(WEB, "www.contoso.example")));
    world.sources =
        Map.of(
            "brought",
            (spec, held) -> {
              throw new IllegalStateException("a bug of the source");
            });

    world.coordinator.remind();
    assertThat(world.coordinator.due()).containsExactly(WEB);
    assertThat(world.coordinator.agenda().dueByIssuer()).containsOnlyKeys("internal");
  }

  @Test
  void shouldNotOrderAtEveryLookWhatTheCaWillNeverGiveAsConfigured() {
    world.issuer.then(
        (request, progress) ->
            world.issuer.sign(
                RenewalWorld.spec(MAIL, "mail.contoso.example", "extra.contoso.example"),
                request.keys()));

    assertThat(world.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(StillValid.class);

    assertThat(world.issuer.calls()).isEqualTo(1);
    assertThat(world.journal.find(MAIL).failure().orElseThrow())
        .contains("due again at once")
        .contains("extra.contoso.example");
  }

  @Test
  void shouldSayWhichListenerWasNotSeenToPresentIt() {
    world.proof =
        generation ->
            List.of(
                new Proof.Verified("mx", generation.certificate().serial()),
                new Proof.Mismatch("submissions", generation.certificate().serial(), "1234"));

    RenewalOutcome outcome = world.coordinator.check(MAIL);

    assertThat(outcome.exitCode()).isEqualTo(6);
    assertThat(outcome.describe())
        .contains("listener submissions presents serial 1234")
        .doesNotContain("listener mx");
    assertThat(world.liveNumber(MAIL)).isEqualTo(1);
    assertThat(world.coordinator.check(MAIL)).isInstanceOf(NotDue.class);
  }

  @Test
  void shouldIssueOnceForTwoCallersAtTheSameTime() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    world.issuer.then(
        (request, progress) -> {
          asked.countDown();
          await(answer);
          return world.issuer.sign(request);
        });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<RenewalOutcome> first =
          threads.submit(() -> world.coordinator.renew(MAIL, true, step -> {}));
      await(asked);
      Thread[] waiting = new Thread[1];
      Future<RenewalOutcome> second =
          threads.submit(
              () -> {
                waiting[0] = Thread.currentThread();
                return world.coordinator.renew(MAIL, true, step -> {});
              });
      Awaitility.await()
          .until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.WAITING);
      assertThat(world.coordinator.check(WEB)).isInstanceOf(Renewed.class);
      answer.countDown();

      assertThat(first.get()).isInstanceOf(Renewed.class);
      assertThat(second.get()).isEqualTo(new NotDue("it was renewed while this request waited"));
      assertThat(world.store.generations(MAIL)).containsExactly(1L);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldTellWhereEachCertificateStands() {
    world.coordinator.check(MAIL);

    List<CertificateStatus> statuses = world.coordinator.statuses();

    assertThat(statuses).extracting(status -> status.spec().id()).containsExactly(MAIL, WEB);
    assertThat(statuses.get(0).live()).isPresent();
    assertThat(statuses.get(0).decision().isDue()).isFalse();
    assertThat(statuses.get(1).decision().reason()).isEqualTo("no certificate is held yet");
  }

  private static void swapForDirectory(Path file) {
    try {
      Files.delete(file);
      Files.writeString(Files.createDirectory(file).resolve("content"), "in the way");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
