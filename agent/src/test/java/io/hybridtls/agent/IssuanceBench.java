package io.hybridtls.agent;

import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a whole agent, with its settings as they are by default and a heap of 256 MiB, takes to
 * get 200 certificates by http-01 from a Pebble that refuses a fifth of the nonces. No test: run it
 * with {@code mvn verify -pl agent -am -DskipITs -Dtest=IssuanceBench}.
 */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
class IssuanceBench {

  private static final int CERTIFICATES = 200;

  @TempDir private Path folder;

  @Test
  void issuesTwoHundredCertificates() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    try (PebblePeer pebble =
        PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      configure(home, pebble, httpPort);
      Instant begin = Clock.systemUTC().instant();
      try (AgentProcess agent = home.start("-XX:TieredStopAtLevel=4")) {
        await("all are live")
            .atMost(Duration.ofMinutes(5))
            .pollInterval(Duration.ofMillis(250))
            .until(() -> live(home) == CERTIFICATES);
        Duration taken = Duration.between(begin, Clock.systemUTC().instant());
        System.out.printf(
            "%d certificates in %.1f s from the start of the agent, with %d warnings%n",
            CERTIFICATES,
            taken.toMillis() / 1_000.0,
            agent.log().lines().filter(line -> line.contains(" WARN ")).count());
      }
    }
  }

  private static long live(AgentHome home) {
    return home.status().get("certificates") instanceof List<?> all
        ? all.stream()
            .filter(each -> each instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("live")))
            .count()
        : 0;
  }

  private static void configure(AgentHome home, PebblePeer pebble, int httpPort) {
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
