package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The verbs about an account, and a revocation, asked of a whole agent with a real ACME CA. */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
@Timeout(180)
class AccountVerbsIT {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void anAccountShouldBeShownGetANewKeyAndBeGivenUp() throws Exception {
    int httpPort = PebblePeer.freePort();
    try (PebblePeer pebble =
        PebblePeer.start(Files.createDirectory(folder.resolve("pebble")), httpPort)) {
      AgentHome home = home(pebble, httpPort);
      try (AgentProcess agent = home.start()) {
        home.awaitLive("mail");
        String shown = run(home, "account", "show", "pebble").out();
        assertThat(shown).contains("status    valid", "mailto:postmaster@contoso.example");

        assertThat(run(home, "account", "rollover", "pebble").out()).contains("has a new key");
        assertThat(run(home, "account", "show", "pebble").out()).isEqualTo(shown);
        String serial = home.awaitLive("mail");
        assertThat(run(home, "certificate", "revoke", "mail", "--reason", "superseded").out())
            .contains("revoked " + serial + " (superseded)", "mail: generation mail/2 is live");

        assertThat(home.command("account", "deactivate", "pebble").exitCode()).isEqualTo(2);
        run(home, "account", "deactivate", "pebble", "--yes");
        assertThat(run(home, "account", "show", "pebble").out()).isNotEqualTo(shown);
        assertThat(agent.log()).doesNotContain("ERROR", "\tat ");
      }
    }
  }

  private static CommandResult run(AgentHome home, String group, String... arguments) {
    CommandResult result = home.command(group, arguments);
    assertThat(result.exitCode()).as("%s", result).isZero();
    return result;
  }

  private AgentHome home(PebblePeer pebble, int httpPort) {
    return new AgentHome(folder)
        .configure(
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
            certificates { mail { names = ["mail.contoso.example"], issuer = pebble } }
            http { address = "127.0.0.1:%d" }
            """
                .formatted(pebble.directory(), pebble.httpsRoot(), httpPort));
  }
}
