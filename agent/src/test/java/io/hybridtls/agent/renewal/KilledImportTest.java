package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.CA;
import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.testing.acme.Fate;
import io.hybridtls.agent.testing.acme.UnreliableDisk;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} before every write of an import: what is stored goes live, or nothing is. */
class KilledImportTest {

  private static final Duration LIFETIME = Duration.ofDays(100);

  @TempDir private Path folder;

  @Test
  void whatWasStoredShouldGoLiveAfterAKillAtAnyMoment() throws Exception {
    int stored = 0;
    boolean killed = true;
    for (int number = 0; killed; number++) {
      Path state = Files.createDirectory(folder.resolve("n" + number));
      Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
      RenewalWorld before = configured(state);
      adopt(before);
      Fate fate = Fate.diesAfter(number);
      try {
        adopt(configured(UnreliableDisk.of(state, fate).root()));
      } catch (Fate.Killed e) {
        assertThat(fate.isDead()).isTrue();
      }
      killed = fate.isDead();
      stored += before.store.generations(MAIL).size() - 1;
      expectTheNewestLive(configured(state));
    }
    assertThat(stored).as("kills that left a second generation").isPositive();
  }

  private static void expectTheNewestLive(RenewalWorld next) throws Exception {
    next.clock.advance(Duration.ofHours(2));
    next.coordinator.due().forEach(next.coordinator::check);

    List<Long> generations = next.store.generations(MAIL);
    long newest = generations.get(generations.size() - 1);
    assertThat(next.liveNumber(MAIL)).isEqualTo(newest);
    assertThat(next.store.activeNumber(MAIL)).contains(newest);
    assertThat(next.journal.find(MAIL).failures()).isZero();
    assertThat(next.journal.find(MAIL).pending()).isEmpty();
    assertThat(next.coordinator.due()).isEmpty();
  }

  private static RenewalWorld configured(Path state) throws Exception {
    RenewalWorld world = RenewalWorld.in(state);
    world.inventory =
        CertificateInventory.of(
            List.of(RenewalWorld.from("brought", MAIL, "mail.contoso.example")));
    world.sources = Map.of("brought", (spec, held) -> new Supply.Nothing("bring one"));
    world.coordinator.activateStored();
    return world;
  }

  private static void adopt(RenewalWorld world) {
    HeldCertificate certificate =
        CA.leaf("mail.contoso.example")
            .validity(world.clock.instant(), world.clock.instant().plus(LIFETIME))
            .issue();
    world.coordinator.adopt(MAIL, List.of(certificate), "it was imported", step -> {});
  }
}
