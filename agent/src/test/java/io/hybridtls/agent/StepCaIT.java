package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.BindPeer;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.StepCaPeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A second real ACME CA, with other habits than Pebble's. */
@RequiresPeer({"step-ca", "named"})
@Timeout(180)
class StepCaIT {

  private static final int AT_ONCE = 8;

  /**
   * This CA refuses what meets another write of its database with 500, which ends an attempt; the
   * next one is a minute later.
   */
  private static final Duration TWO_ATTEMPTS = Duration.ofMinutes(2);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final int httpPort = PebblePeer.freePort();
  private final int tlsPort = PebblePeer.freePort();

  @Test
  void everyKindOfProofShouldBringACertificate() throws Exception {
    AgentHome home = new AgentHome(folder);
    try (BindPeer dns = BindPeer.start(subfolder("bind"));
        StepCaPeer ca = StepCaPeer.start(subfolder("ca"), dns.address(), httpPort, tlsPort)) {
      home.write("tsig.key", BindPeer.SECRET);
      home.configure(
          issuer("http", ca, "")
              + issuer(
                  "tls",
                  ca,
                  "challenge = tls-alpn-01, tls-alpn-01.address = \"127.0.0.1:%d\""
                      .formatted(tlsPort))
              + issuer("dns", ca, updates(dns))
              + """
              http.address = "127.0.0.1:%d"
              certificates {
                mail { names = ["mail.contoso.example", "127.0.0.1"], issuer = http, keys = [rsa-2048, ec-p256] }
                mx { names = ["mail.contoso.example"], issuer = tls }
                all { names = ["contoso.example", "*.contoso.example"], issuer = dns }
              }
              """
                  .formatted(httpPort));
      try (AgentProcess agent = home.start()) {
        for (String id : List.of("mail", "mx", "all")) {
          home.awaitLive(id);
        }
        assertThat(home.certificate("mail").get("names"))
            .isEqualTo(List.of("mail.contoso.example", "127.0.0.1"));
        assertThat(home.certificate("mx").get("decision"))
            .asString()
            .contains("half of its lifetime");

        CommandResult renewal = home.command("renew", "all", "--force", "--wait");
        assertThat(renewal.exitCode()).as("%s", renewal).isZero();
        assertThat(agent.log()).doesNotContain("WARN", "ERROR", "LEAK", "\tat ");
        CommandResult revocation =
            home.command("certificate", "revoke", "mx", "--reason", "key-compromise");
        assertThat(revocation.exitCode()).as("%s", revocation).isZero();
        assertThat(home.certificate("mx").get("generation")).isEqualTo(2);
      }
    }
  }

  @Test
  void manyOrdersAtOnceShouldMakeOneAccount() throws Exception {
    AgentHome home = new AgentHome(folder);
    try (BindPeer dns = BindPeer.start(subfolder("bind"));
        StepCaPeer ca = StepCaPeer.start(subfolder("ca"), dns.address(), httpPort, tlsPort)) {
      StringBuilder certificates = new StringBuilder();
      IntStream.range(0, AT_ONCE)
          .forEach(
              n ->
                  certificates.append(
                      "certificates.c%d { names = [\"mail.contoso.example\"], issuer = http, key = ec-p256 }\n"
                          .formatted(n)));
      home.configure(
          issuer("http", ca, "concurrency = " + AT_ONCE)
              + "http.address = \"127.0.0.1:%d\"\n".formatted(httpPort)
              + certificates);
      try (AgentProcess agent = home.start()) {
        await("all are live, the ones whose order met another's after their next attempt")
            .atMost(TWO_ATTEMPTS)
            .until(
                () ->
                    IntStream.range(0, AT_ONCE)
                        .allMatch(n -> Boolean.TRUE.equals(home.certificate("c" + n).get("live"))));
        IntStream.range(0, AT_ONCE)
            .forEach(
                n ->
                    assertThat(firstSteps(agent, "c" + n))
                        .as("the CA takes the account of all, whatever it makes of their orders")
                        .matches("asking issuer .*\nfinding the account .*\nmaking a key .*"));
        assertThat(agent.log()).doesNotContain("LEAK", "\tat ");
        assertThat(agent.log().lines().filter(line -> line.contains(" ERROR ")))
            .allMatch(line -> line.contains("serverInternal"));
      }
    }
  }

  /** What the log says first of a certificate. */
  private static String firstSteps(AgentProcess agent, String id) {
    String about = "certificate " + id + ": ";
    return agent
        .log()
        .lines()
        .filter(line -> line.contains(about))
        .map(line -> line.substring(line.indexOf(about) + about.length()))
        .limit(3)
        .collect(Collectors.joining("\n"));
  }

  private Path subfolder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  private static String issuer(String name, StepCaPeer ca, String more) {
    return """
    issuers.%s {
      type = acme, directory = "%s", contacts = ["mailto:postmaster@contoso.example"]
      terms-of-service-agreed = true, trusted-ca-file = "%s"
      %s
    }
    """
        .formatted(name, ca.directory(), ca.rootFile(), more);
  }

  private static String updates(BindPeer dns) {
    return """
    challenge = dns-01, dns.update {
      server = "127.0.0.1:%1$d", key-name = hybridtls, key-secret = { file = "tsig.key" }
    }, dns.check-servers = ["127.0.0.1:%1$d"], dns.resolver = "127.0.0.1:%1$d"
    """
        .formatted(dns.address().getPort());
  }
}
