package io.hybridtls.agent.bench;

import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.PeerProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The command: how long a whole agent, with its settings as they are by default and a heap of 256
 * MiB, takes to get 200 certificates by http-01 from a Pebble that refuses a fifth of the nonces.
 */
final class IssuanceBenchmark {

  private static final int CERTIFICATES = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(250);

  private final Path folder;
  private final AgentHome home;

  private IssuanceBenchmark(Path folder) {
    this.folder = folder;
    this.home = new AgentHome(folder);
  }

  public static void main(String[] arguments) throws Exception {
    for (String peer : List.of("pebble", "pebble-challtestsrv")) {
      if (PeerProgram.find(peer).isEmpty()) {
        System.out.println("not measured: " + peer + " is not on the PATH; install Pebble");
        return;
      }
    }
    new IssuanceBenchmark(Files.createTempDirectory("hybridtls-bench")).run();
  }

  private void run() throws Exception {
    int httpPort = PebblePeer.freePort();
    try (PebblePeer pebble =
        PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      configure(pebble, httpPort);
      PeakHeap heap = new PeakHeap(folder.resolve("gc.log"));
      Instant begin = Clock.systemUTC().instant();
      try (AgentProcess agent = home.start("-XX:TieredStopAtLevel=4", "-Xmx256m", heap.option())) {
        await("all are live")
            .atMost(PATIENCE)
            .pollInterval(POLL)
            .until(() -> live() == CERTIFICATES);
        report(Duration.between(begin, Clock.systemUTC().instant()), heap, agent);
      }
    }
  }

  private static void report(Duration taken, PeakHeap heap, AgentProcess agent) throws Exception {
    System.out.printf(
        "%d certificates in %.1f s from the start of the agent; peak heap %d MiB of 256;"
            + " %d warnings%n",
        CERTIFICATES,
        taken.toMillis() / 1_000.0,
        heap.mebibytes(),
        agent.log().lines().filter(line -> line.contains(" WARN ")).count());
  }

  private long live() {
    return home.status().get("certificates") instanceof List<?> all
        ? all.stream()
            .filter(each -> each instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("live")))
            .count()
        : 0;
  }

  private void configure(PebblePeer pebble, int httpPort) {
    String certificates =
        IntStream.range(0, CERTIFICATES)
            .mapToObj(
                n -> "c%d { names = [\"c%d.contoso.example\"], issuer = pebble }".formatted(n, n))
            .collect(Collectors.joining("\n"));
    home.configure(
        """
        issuers {
          pebble {
            type = acme
            directory = "%s"
            terms-of-service-agreed = true
            trusted-ca-file = "%s"
          }
        }
        certificates {
        %s
        }
        http { address = "127.0.0.1:%d" }
        """
            .formatted(pebble.directory(), pebble.httpsRoot(), certificates, httpPort));
  }
}
