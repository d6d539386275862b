package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.MailSink;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.smtp.testing.OpenSslProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates with two keys from a real ACME CA, which looks for its proofs where mail is taken.
 */
@RequiresPeer({"pebble", "pebble-challtestsrv", "openssl"})
@Timeout(180)
class SharedTlsAlpnIT {

  private static final String NAME = "mail.contoso.example";
  private static final String RSA_ALONE = "-sigalgs rsa_pss_rsae_sha256";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort());

  @Test
  void theCaShouldBeAnsweredWhereMailIsTakenAndBothKeysGoLiveTogether() throws Exception {
    AgentHome home = new AgentHome(folder);
    try (MailSink sink = MailSink.start(this::take);
        PebblePeer pebble =
            PebblePeer.start(
                Files.createDirectory(folder.resolve("pebble")),
                PebbleOptions.http(PebblePeer.freePort()).withTlsPort(address.getPort()))) {
      configure(home, pebble, sink.port());
      try (AgentProcess agent = home.start()) {
        home.awaitLive("mail"); // proved before there was a certificate to take mail with
        X509Certificate ec = shown("");
        X509Certificate rsa = shown(RSA_ALONE);
        assertThat(ec.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(rsa.getPublicKey().getAlgorithm()).isEqualTo("RSA");
        try (MailClient open = MailClient.implicitTls(address, NAME, pebble.issuedRoot())) {
          open.begin("a@contoso.example", "b@fabrikam.example");

          CommandResult renewal = home.command("renew", "mail", "--force", "--wait");

          assertThat(renewal.exitCode()).as("%s", renewal).isZero();
          open.write("Subject: on\r\n\r\n");
          assertThat(open.say("250", ".")).startsWith("250 2.");
        }
        assertThat(arrived.poll(20, TimeUnit.SECONDS)).contains("Subject: on");
        assertThat(shown("")).isNotEqualTo(ec);
        assertThat(shown(RSA_ALONE)).isNotEqualTo(rsa);
        assertThat(agent.log()).doesNotContain("WARN", "ERROR", "LEAK", "\tat ");
      }
    }
  }

  private X509Certificate shown(String options) throws IOException {
    return OpenSslProgram.shownBy(address.getPort(), options);
  }

  private String take(String message) {
    arrived.add(message);
    return "250 2.0.0 OK";
  }

  private void configure(AgentHome home, PebblePeer pebble, int smartHostPort) {
    home.configure(
        """
        issuers {
          pebble {
            type = acme
            directory = "%s"
            contacts = ["mailto:postmaster@contoso.example"]
            terms-of-service-agreed = true
            trusted-ca-file = "%s"
            challenge = tls-alpn-01
            tls-alpn-01 { address = "127.0.0.1:%d" }
          }
        }
        certificates { mail { names = ["%s"], issuer = pebble, keys = [rsa-2048, ec-p256] } }
        smtp {
          hostname = "%s"
          accepted-domains = ["fabrikam.example"]
          listeners {
            smtps { address = "127.0.0.1:%d", tls = implicit, certificate = mail }
          }
          outbound-connectors {
            fabrikam { recipient-domains = ["fabrikam.example"], smart-hosts = ["127.0.0.1:%d"] }
          }
        }
        """
            .formatted(
                pebble.directory(),
                pebble.httpsRoot(),
                address.getPort(),
                NAME,
                NAME,
                address.getPort(),
                smartHostPort));
  }
}
