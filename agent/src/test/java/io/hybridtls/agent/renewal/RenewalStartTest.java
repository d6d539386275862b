package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.Generation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes live again when the agent starts. */
class RenewalStartTest {

  @TempDir private Path directory;

  private RenewalWorld world;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
    world.coordinator.check(MAIL);
    world.coordinator.check(WEB);
  }

  @Test
  void shouldTakeLiveWhatWasActiveWhenItStopped() throws Exception {
    world.coordinator.renew(MAIL, true, step -> {});

    RenewalWorld restarted = world.restarted();
    Map<?, String> problems = restarted.coordinator.activateStored();

    assertThat(problems).isEmpty();
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(2);
    assertThat(restarted.liveNumber(WEB)).isEqualTo(1);
    assertThat(restarted.live.snapshot().version()).isEqualTo(1);
    assertThat(restarted.coordinator.due()).isEmpty();
  }

  @Test
  void shouldTakeTheOthersLiveWhenOneCannotBeRead() throws Exception {
    Path identity = directory.resolve("certificates/mail/1/identity.p12");
    Files.writeString(identity, "damaged");

    RenewalWorld restarted = world.restarted();

    assertThat(restarted.coordinator.activateStored())
        .containsOnlyKeys(MAIL)
        .hasEntrySatisfying(MAIL, text -> assertThat(text).contains(identity.toString()));
    assertThat(restarted.liveNumber(WEB)).isEqualTo(1);
    assertThat(restarted.coordinator.due()).containsExactly(MAIL);
    assertThat(restarted.coordinator.check(MAIL)).isInstanceOf(Renewed.class);
  }

  @Test
  void shouldServeAnEarlierOneWhenTheActiveOneIsLost() throws Exception {
    world.coordinator.renew(MAIL, true, step -> {});
    world.coordinator.renew(MAIL, true, step -> {});
    Files.writeString(directory.resolve("certificates/mail/3/identity.p12"), "damaged");
    Files.writeString(directory.resolve("certificates/web/active"), "7");

    RenewalWorld restarted = world.restarted();

    assertThat(restarted.coordinator.activateStored())
        .hasEntrySatisfying(
            MAIL, text -> assertThat(text).endsWith("generation mail/2 is in use in its place"))
        .containsEntry(
            WEB,
            "generation web/7 is active and not there; generation web/1 is in use in its place");
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(2);
    assertThat(restarted.liveNumber(WEB)).isEqualTo(1);
    assertThat(restarted.coordinator.due()).isEmpty();
  }

  @Test
  void shouldNotServeARevokedOneInPlaceOfALostOne() throws Exception {
    world.coordinator.renew(MAIL, true, step -> {});
    Generation second = world.live.snapshot().find(MAIL).orElseThrow();
    world.coordinator.revoked(second, second.certificate(), "key-compromise");
    world.coordinator.check(MAIL);
    assertThat(world.liveNumber(MAIL)).isEqualTo(3);
    Files.writeString(directory.resolve("certificates/mail/3/identity.p12"), "damaged");

    RenewalWorld restarted = world.restarted();
    restarted.coordinator.activateStored();

    assertThat(restarted.liveNumber(MAIL)).isEqualTo(1);
  }

  @Test
  void shouldServeNoneInPlaceOfALostOneThatHasExpired() throws Exception {
    world.clock.advance(ScriptedIssuer.LIFETIME.plusDays(1));
    world.coordinator.check(MAIL);
    Files.writeString(directory.resolve("certificates/mail/2/identity.p12"), "damaged");

    RenewalWorld restarted = world.restarted();
    restarted.coordinator.activateStored();

    assertThat(restarted.liveNumber(MAIL)).isZero();
    assertThat(restarted.coordinator.due()).contains(MAIL);
  }

  @Test
  void shouldTakeTheOthersLiveWhenOneCannotBeUsed() throws Exception {

    RenewalWorld restarted = world.restarted();
    restarted.live.join(
        next -> {
          if (next.find(MAIL).isPresent()) {
            throw new SwapRejectedException("listener mx cannot use it");
          }
          return () -> {};
        });

    assertThat(restarted.coordinator.activateStored())
        .containsExactly(Map.entry(MAIL, "listener mx cannot use it"));
    assertThat(restarted.liveNumber(WEB)).isEqualTo(1);
  }

  @Test
  void shouldServeAnExpiredCertificateAfterARestartAndSaySo() throws Exception {
    world.clock.advance(ScriptedIssuer.LIFETIME.plusDays(1));

    RenewalWorld restarted = world.restarted();

    assertThat(restarted.coordinator.activateStored())
        .hasEntrySatisfying(MAIL, text -> assertThat(text).contains("expired at"));
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(1);
  }

  @Test
  void shouldNotSpeakForMonthsOfARollbackThatAKillCutShort() throws Exception {
    world.journal.update(MAIL, entry -> entry.taking(world.clock.instant(), Slack.none("mail")));

    RenewalWorld restarted = world.restarted();
    restarted.coordinator.activateStored();

    assertThat(restarted.journal.find(MAIL).failures()).isZero();
    assertThat(restarted.journal.find(MAIL).failure()).isEmpty();
    assertThat(restarted.coordinator.due()).isEmpty();
    assertThat(restarted.liveNumber(MAIL)).isEqualTo(1);
  }
}
