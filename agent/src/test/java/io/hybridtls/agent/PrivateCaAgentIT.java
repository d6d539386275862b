package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.OpenSsl;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device relays through an agent, known by the certificate that the agent's private CA gave it,
 * until that is taken back.
 */
@RequiresPeer("openssl")
@Timeout(180)
class PrivateCaAgentIT {

  private static final String GRANTED = "250 2.1.5 ";
  private static final String REFUSED = "550 5.7.1 Relaying denied";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private AgentHome home;
  private OpenSsl openssl;
  private AgentProcess agent;

  @BeforeEach
  void start() throws IOException {
    openssl = new OpenSsl(folder);
    home =
        new AgentHome(folder)
            .configure(
                """
                issuers { internal { type = local-ca, name = "Contoso Mail" } }
                certificates {
                  mail { names = ["mail.contoso.example"], issuer = internal, key = ec-p256 }
                }
                smtp {
                  hostname = "mail.contoso.example"
                  listeners {
                    mx { address = "127.0.0.1:0", certificate = mail, trusted-issuer = internal }
                  }
                  inbound-connectors {
                    device42 {
                      type = on-premises, require-tls = true
                      tls-sender-certificate-name = "device42.contoso.example"
                      recipient-domains = ["*"]
                    }
                  }
                }
                """);
    home.write(
        "dialogue",
        """
        EHLO device42.contoso.example\r
        MAIL FROM:<device42@contoso.example>\r
        RCPT TO:<someone@elsewhere.example>\r
        QUIT\r
        """);
    agent = home.start();
    home.awaitLive("mail");
    openssl.run(
        "req -new -newkey rsa:2048 -nodes -keyout device.key -out device.csr -subj /CN=device42"
            + " -addext subjectAltName=DNS:device42.contoso.example");
    issue();
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void aStolenDeviceShouldBeRefusedAsSoonAsItsCertificateIsRevoked() throws IOException {
    assertThat(relay()).contains(GRANTED);

    run("revoke", openssl.serial("device"), "--reason", "key-compromise");

    assertThat(relay()).contains(REFUSED);
    assertThat(agent.log()).contains("has been revoked by our private CA");
    issue();
    assertThat(relay()).contains(GRANTED);
  }

  @Test
  void aRevokedIssuingCaShouldBeReplacedAndItsCertificatesIssuedAnew() throws IOException {
    assertThat(home.command("renew", "mail", "--force", "--wait", "--yes").exitCode()).isZero();
    String before = home.awaitLive("mail");
    String serial = issuingSerial(home.command("status").out());

    CommandResult revoked = run("revoke", serial, "--reason", "key-compromise");

    assertThat(revoked.out())
        .contains("CN=Contoso Mail Issuing CA 2 signs from now on")
        .contains("to be issued anew: certificate mail, peer device42")
        .contains("mail: ");
    assertThat(home.awaitLive("mail")).isNotEqualTo(before);
    assertThat(home.command("certificate", "rollback", "mail", "1").err())
        .contains("generation mail/1 has been revoked by the private CA internal");
    assertThat(relay()).contains(REFUSED);
    issue();
    assertThat(relay()).contains(GRANTED);
  }

  private void issue() throws IOException {
    Path certificate = folder.resolve("device.crt");
    Files.deleteIfExists(certificate);
    run("issue", "--for", "device42", "--csr", path("device.csr"), "--out", path("device.crt"));
  }

  /** What the agent answers to a device that wants to relay. */
  private String relay() {
    InetSocketAddress server = home.listener("mx");
    return openssl.converse(
        "s_client -quiet -starttls smtp -cert device.crt -cert_chain device.crt -key device.key"
            + " -connect "
            + server.getAddress().getHostAddress()
            + ":"
            + server.getPort(),
        "dialogue");
  }

  private static String issuingSerial(String status) {
    Matcher line =
        Pattern.compile("issuing   CN=Contoso Mail Issuing CA, .* serial (\\w+)").matcher(status);
    assertThat(line.find()).as(status).isTrue();
    return line.group(1);
  }

  private CommandResult run(String... arguments) {
    CommandResult result = home.command("certificate", arguments);
    assertThat(result.exitCode()).as("%s", result).isZero();
    return result;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
