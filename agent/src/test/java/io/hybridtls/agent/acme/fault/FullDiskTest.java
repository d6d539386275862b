package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.MAIL;
import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.agent.renewal.RenewalOutcome.Failed;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fate;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import io.hybridtls.agent.testing.acme.UnreliableDisk;
import io.hybridtls.agent.testing.acme.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk on which nothing more can be written, from some moment on. */
@Timeout(60)
class FullDiskTest {

  private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultCa ca = new FaultCa(time);

  @TempDir private Path state;

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldStoreTheSameCertificateWhenThereIsSpaceAgain() throws Exception {
    UnreliableDisk disk = UnreliableDisk.of(state, Fate.livesOn());
    FaultWorld world = FaultWorld.start(disk.root(), ca, time, SPEC);
    ca.connect(filling(disk, RequestKind.FINALIZE));

    RenewalOutcome outcome = world.look();
    assertThat(outcome).isInstanceOf(Failed.class);
    assertThat(outcome.describe())
        .startsWith("the new certificate could not be stored: ")
        .contains("certificates/mail", "No space left on device");
    assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
    time.advance(Duration.ofMinutes(5)); // the wait counts, although it could not be written
    assertThat(world.look()).isInstanceOf(NotDue.class);
    disk.free();
    ca.mend();
    time.set(world.journal().notBefore().orElseThrow());

    expectTheSameCertificate(world);
  }

  @Test
  void shouldStoreTheSameCertificateAfterARestart() throws Exception {
    UnreliableDisk disk = UnreliableDisk.of(state, Fate.livesOn());
    ca.connect(filling(disk, RequestKind.FINALIZE));
    assertThat(FaultWorld.start(disk.root(), ca, time, SPEC).look()).isInstanceOf(Failed.class);
    ca.mend();
    FaultWorld world = FaultWorld.start(state, ca, time, SPEC);
    time.advance(Duration.ofHours(1));

    expectTheSameCertificate(world);
  }

  @Test
  void shouldStoreBothCertificatesOfTwoKeysWhenThereIsSpaceAgain() throws Exception {
    UnreliableDisk disk = UnreliableDisk.of(state, Fate.livesOn());
    FaultWorld world =
        FaultWorld.start(
            disk.root(),
            ca,
            time,
            SPEC.withKeys(List.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384)));
    ca.connect(filling(disk, RequestKind.CERTIFICATE, 2));
    assertThat(world.look()).isInstanceOf(Failed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
    disk.free();
    ca.mend();
    time.set(world.journal().notBefore().orElseThrow());

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
  }

  /** What cannot be written down is not asked for. */
  @ParameterizedTest
  @EnumSource(names = {"DIRECTORY", "NEW_ACCOUNT"})
  void shouldOrderNothingThatItCannotNote(RequestKind kind) throws Exception {
    UnreliableDisk disk = UnreliableDisk.of(state, Fate.livesOn());
    FaultWorld world = FaultWorld.start(disk.root(), ca, time, SPEC);
    ca.connect(filling(disk, kind));

    assertThat(world.look()).isInstanceOf(Failed.class);
    assertThat(ca.spent()).isEqualTo(Spent.NOTHING);
    disk.free();
    ca.mend();
    time.advance(Duration.ofDays(2));
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
  }

  /** The first is lost, since nobody can know before; the key is there already the next time. */
  @Test
  void shouldNotOrderAgainAndAgainWhatItCannotNote() throws Exception {
    UnreliableDisk disk = UnreliableDisk.of(state, Fate.livesOn());
    FaultWorld world = FaultWorld.start(disk.root(), ca, time, SPEC);
    ca.connect(filling(disk, RequestKind.NEW_ORDER));
    assertThat(world.look()).isInstanceOf(Failed.class);
    Spent lost = ca.spent();

    time.advance(Duration.ofDays(2));
    assertThat(world.look()).isInstanceOf(Failed.class);
    assertThat(ca.spent()).isEqualTo(lost);
    disk.free();
    ca.mend();
    time.advance(Duration.ofDays(2));
    assertThat(world.look()).isInstanceOf(Renewed.class);
  }

  private void expectTheSameCertificate(FaultWorld world) throws Exception {
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.steps()).anyMatch(step -> step.startsWith("going on with order "));
    assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
    assertThat(world.store.generations(MAIL)).containsExactly(1L);
    assertThat(Killing.remains(state)).isEmpty();
  }

  private static Wire filling(UnreliableDisk disk, RequestKind last) {
    return filling(disk, last, 1);
  }

  /** The disk is full when the {@code number}th answer of a kind comes. */
  private static Wire filling(UnreliableDisk disk, RequestKind last, int number) {
    return new Wire() {

      private int seen;

      @Override
      public boolean carriesRequest(RequestKind kind) {
        return true;
      }

      @Override
      public boolean carriesReply(RequestKind kind) {
        if (kind == last && ++seen == number) {
          disk.fill();
        }
        return true;
      }
    };
  }
}
