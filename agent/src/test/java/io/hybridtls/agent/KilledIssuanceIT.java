package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL in the middle of an issuance by a real CA: the next agent goes on with the same order.
 */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
@Timeout(300)
class KilledIssuanceIT {

  private static final Pattern ISSUED = Pattern.compile("Issued certificate serial");

  private static final List<String> STEPS =
      List.of(
          "http-01 challenge for mail.contoso.example",
          "finalizing the order",
          "ordering mail.contoso.example",
          "finalizing the order",
          "downloading the certificate",
          "http-01 challenge for mail.contoso.example");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void nextAgentShouldGoOnWithTheSameOrder() throws Exception {
    int httpPort = PebblePeer.freePort();
    AgentHome home = new AgentHome(folder);
    int takenUp = 0;
    try (PebblePeer pebble =
        PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      configure(home, pebble, httpPort);
      for (String step : STEPS) {
        killAt(home, step);
        Optional<String> order = notedOrder(home);
        String log = finish(home);
        if (order.isPresent() && isAlive(order.get(), pebble)) {
          assertThat(log).contains("going on with order " + order.get() + ", which is ");
          takenUp++;
        } else if (order.isPresent()) {
          assertThat(log).contains("order " + order.get(), " leads to nothing any more");
        }
      }
      assertThat(takenUp).as("kills that left an order alive").isPositive();
      assertThat(ISSUED.matcher(pebble.log()).results().count())
          .as("issued by the CA, and stored")
          .isEqualTo(newestGeneration(home));
    }
    assertThat(files(home.path("state/drafts"))).isEmpty();
    assertThat(files(home.path("state/keys"))).hasSize(1);
  }

  /** Nobody answers for an agent that is killed while the CA looks; its order has failed then. */
  private static boolean isAlive(String order, PebblePeer pebble) {
    String id = order.substring(order.lastIndexOf('/') + 1);
    return !pebble.log().contains("order " + id + " set INVALID");
  }

  /** The first agent has nothing, and begins at once; the others are told to. */
  private static void killAt(AgentHome home, String step) throws InterruptedException {
    boolean first = Files.notExists(home.path("state"));
    try (AgentProcess agent = first ? home.launch() : home.start()) {
      if (!first) {
        home.renewByForce("mail");
      }
      agent.awaitLog(step).killAfter(Duration.ZERO);
    }
  }

  private static String finish(AgentHome home) throws InterruptedException {
    try (AgentProcess agent = home.start()) {
      CommandResult renewal = home.command("renew", "mail", "--force", "--wait");
      assertThat(renewal.exitCode()).as("%s", renewal).isZero();
      agent.terminate();
      agent.awaitExit();
      return agent.log();
    }
  }

  /** The URL that the killed agent had written down. */
  private static Optional<String> notedOrder(AgentHome home) throws IOException {
    for (Path file : files(home.path("state/drafts"))) {
      Map<String, Object> draft = JSON.std.mapFrom(Files.readString(file));
      if (draft.get("order") instanceof String order) {
        return Optional.of(order.substring(0, order.indexOf(' ')));
      }
    }
    return Optional.empty();
  }

  private static long newestGeneration(AgentHome home) throws IOException {
    try (Stream<Path> generations = Files.list(home.path("state/certificates/mail"))) {
      return generations
          .map(each -> String.valueOf(each.getFileName()))
          .filter(name -> name.matches("[0-9]+"))
          .mapToLong(Long::parseLong)
          .max()
          .orElseThrow();
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static void configure(AgentHome home, PebblePeer pebble, int httpPort) {
    home.configure(
        """
        issuers {
          pebble {
            type = acme
            directory = "%s"
            contacts = ["mailto:postmaster@contoso.example"]
            terms-of-service-agreed = true
            trusted-ca-file = "%s"
          }
        }
        certificates {
          mail { names = ["mail.contoso.example"], issuer = pebble, key = ec-p256 }
        }
        http { address = "127.0.0.1:%d" }
        smtp {
          hostname = "mail.contoso.example"
          listeners { mx { address = "127.0.0.1:0", certificate = mail } }
        }
        """
            .formatted(pebble.directory(), pebble.httpsRoot(), httpPort));
  }
}
