package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.DailyWindow;
import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.StoreSecret;
import io.hybridtls.certstore.testing.TestCa;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command: how long one look at 10,000 live certificates takes, and how much memory it needs
 * beyond theirs: with hours to keep to, and after a year without any renewal, when all of them are
 * due.
 */
final class DecisionBenchmark {

  private static final int CERTIFICATES = 10_000;
  private static final int LOOKS = 10;
  private static final TestCa CA = TestCa.named("Contoso");

  private final MutableClock clock =
      new MutableClock(CA.root().getNotBefore().toInstant().plus(Duration.ofDays(1_000)));
  private final LiveCertificateRegistry live = LiveCertificateRegistry.empty();

  private final Path state;

  private DecisionBenchmark(Path state) {
    this.state = state;
  }

  public static void main(String[] arguments) throws Exception {
    new DecisionBenchmark(Files.createTempDirectory("hybridtls-bench")).run();
  }

  private void run() throws Exception {
    RenewalCoordinator coordinator = coordinator();
    look("none due, first", coordinator);
    for (int n = 0; n < LOOKS; n++) {
      look("none due", coordinator);
    }
    clock.advance(Duration.ofDays(365));
    for (int n = 0; n < LOOKS; n++) {
      look("all due", coordinator);
    }
  }

  private static void look(String what, RenewalCoordinator coordinator) {
    System.gc();
    long before = used();
    long allocated = allocated();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Instant begin = Clock.systemUTC().instant();
    coordinator.remind();
    Map<String, List<CertificateId>> due = coordinator.agenda().dueByIssuer();
    Duration taken = Duration.between(begin, Clock.systemUTC().instant());
    long worked = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    long allocatedBy = allocated() - allocated;
    System.gc();
    System.out.printf(
        "%s: %d due in %d ms (%d ms of work), %d MiB allocated, %d MiB kept%n",
        what,
        due.values().stream().mapToInt(List::size).sum(),
        taken.toMillis(),
        Duration.ofNanos(worked).toMillis(),
        allocatedBy >> 20,
        (used() - before) >> 20);
  }

  private RenewalCoordinator coordinator() throws Exception {
    List<CertificateSpec> specs = new ArrayList<>();
    Map<CertificateId, RenewalHours> hours = new HashMap<>();
    List<Generation> generations = new ArrayList<>();
    KeyPair keys = TestCa.newEcKeys();
    RenewalHours nights =
        new RenewalHours(
            List.of(DailyWindow.of("22:00-05:00"), DailyWindow.of("sat-sun 00:00-24:00")),
            ZoneId.of("Europe/Berlin"));
    for (int n = 0; n < CERTIFICATES; n++) {
      CertificateId id = CertificateId.of("c" + n);
      String name = "c" + n + ".contoso.example";
      specs.add(RenewalWorld.spec(id, name));
      hours.put(id, nights);
      generations.add(
          new Generation(
              id,
              1,
              clock.instant(),
              "internal",
              "no certificate is held yet",
              CA.leaf(name)
                  .keys(keys)
                  .validity(clock.instant(), clock.instant().plus(Duration.ofDays(90)))
                  .issue()));
    }
    live.publish(generations);
    CertificateInventory inventory = CertificateInventory.of(specs).withHours(hours);
    StoreSecret secret = StoreSecret.of("correct horse battery staple");
    CertificateStore store = CertificateStores.open(state, secret, clock);
    RevokedCertificates revoked = RevokedCertificates.open(state.resolve("revoked"), clock);
    return new RenewalCoordinator(
        () -> new RenewalPlan(inventory, Map.of("internal", new ScriptedIssuer(CA, clock))),
        new RenewalPolicy(),
        store,
        live,
        new GenerationActivator(
            store, new ActivationGate(), live, generation -> List.of(), clock, 5),
        IssuanceJournal.open(state.resolve("journal")),
        IssuanceDrafts.open(
            state.resolve("drafts"),
            CertificateStores.openKeys(state, secret),
            revoked,
            clock,
            new SecureRandom()),
        RateLimitLedger.open(state.resolve("rate-limits")),
        revoked,
        clock);
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long allocated() {
    return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
        ? threads.getCurrentThreadAllocatedBytes()
        : 0;
  }
}
