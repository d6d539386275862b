package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.MailClient;
import io.hybridtls.agent.testing.OpenSsl;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that OpenSSL makes, brought to a running agent in each of the ways. */
@RequiresPeer("openssl")
@Timeout(180)
class BroughtCertificatesIT {

  private static final String NAME = "mail.contoso.example";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private AgentHome home;
  private OpenSsl openssl;

  @BeforeEach
  void makeAuthorities() {
    home = new AgentHome(folder);
    openssl = new OpenSsl(folder);
    openssl.authority("root", "root");
    openssl.authority("issuing", "root");
  }

  @Test
  void aRequestOfTheAgentShouldComeBackAsACertificateInUse() throws Exception {
    configure("brought { type = imported, trusted-ca-file = root.crt }", "brought");
    try (AgentProcess agent = home.start()) {
      assertThat(decision())
          .startsWith("no certificate is held yet: run \"hybridtls certificate csr mail\"");
      request("mail.csr");
      String first = Files.readString(folder.resolve("mail.csr"));
      request("mail.csr");
      openssl.sign("mail", NAME, "issuing");

      CommandResult incomplete = importing("mail.crt");
      assertThat(incomplete.exitCode()).as("%s", incomplete).isEqualTo(1);
      assertThat(incomplete.err())
          .contains("the chain ends at \"CN=" + NAME + "\", whose issuer \"CN=issuing\"");
      assertThat(home.certificate("mail").get("live")).isEqualTo(false);

      CommandResult imported = importing("issuing.crt", "mail.crt");
      assertThat(imported.exitCode()).as("%s", imported).isEqualTo(0);
      assertThat(imported.out()).contains("ok mail: generation mail/1 is live");
      assertThat(presented()).isEqualTo(openssl.serial("mail"));
      assertThat(publicKey(Files.readString(folder.resolve("mail.csr"))))
          .isEqualTo(publicKey(first));

      assertThat(importing("issuing.crt", "mail.crt").out()).contains("it is live already");
      request("next.csr");
      assertThat(publicKey(Files.readString(folder.resolve("next.csr"))))
          .isNotEqualTo(publicKey(first));
      assertThat(agent.log()).doesNotContain("BEGIN", "\tat ");
    }
  }

  @Test
  void whatIsImportedShouldReplaceWhatIsLiveOrBeRefusedWhole() throws Exception {
    configure("brought { type = imported }", "brought");
    home.write("pass", "s3cret\n");
    openssl.certificate("one", NAME, "issuing");
    openssl.certificate("other", "other.example", "issuing");
    openssl.run(
        "pkcs12 -export -in one.crt -inkey one.key -certfile issuing.crt -out one.pfx"
            + " -passout file:pass");
    openssl.certificate("two", NAME, "issuing");
    openssl.run("pkcs8 -topk8 -in two.key -out two.enc -passout file:pass");
    try (AgentProcess agent = home.start()) {
      CommandResult pfx = importing("root.crt", "one.pfx", "--password-file", path("pass"));
      assertThat(pfx.exitCode()).as("%s", pfx).isEqualTo(0);
      assertThat(presented()).isEqualTo(openssl.serial("one"));

      assertRefused(importing("one.pfx"), "one.pfx is encrypted, and no password was given");
      assertRefused(
          importing("two.crt", "issuing.crt", "root.crt", "--key", path("one.key")),
          "one.key, block 1 belongs to none of the certificates that were given");
      assertRefused(
          importing("other.crt", "issuing.crt", "root.crt", "--key", path("other.key")),
          "it does not cover [" + NAME + "], only [other.example]");
      openssl.run(
          "req -x509 -newkey rsa:1024 -nodes -keyout weak.key -out weak.crt -days 9 -subj /CN="
              + NAME
              + " -addext subjectAltName=DNS:"
              + NAME);
      assertRefused(
          importing("weak.crt", "--key", path("weak.key")),
          "\"CN=" + NAME + "\" has an RSA key of 1024 bits, which peers or the TLS library refuse");
      assertRefused(importing("none.crt"), "there is no file " + path("none.crt"));
      assertThat(presented()).isEqualTo(openssl.serial("one"));
      assertThat(folder.resolve("state/certificates/mail/2")).doesNotExist();

      CommandResult pem =
          importing(
              "root.crt",
              "two.crt",
              "issuing.crt",
              "--key",
              path("two.enc"),
              "--password-file",
              path("pass"));
      assertThat(pem.exitCode()).as("%s", pem).isEqualTo(0);
      assertThat(presented()).isEqualTo(openssl.serial("two"));
      assertThat(agent.log()).doesNotContain("s3cret", "\tat ");
    }
  }

  @Test
  void watchedFilesShouldBeTakenInWhenThePairIsWhole() throws Exception {
    configure(
        """
        certbot { type = files, certificate-file = live.crt, key-file = live.key,
                  chain-file = issuing.crt, trusted-ca-file = root.crt }
        """,
        "certbot");
    openssl.certificate("one", NAME, "issuing");
    openssl.certificate("two", NAME, "issuing");
    try (AgentProcess agent = home.start()) {
      assertThat(decision()).contains("there is no file " + folder.resolve("live.crt"));
      replace("one.crt", "live.crt");
      replace("one.key", "live.key");
      agent.awaitLog("generation mail/1 is live");
      assertThat(presented()).isEqualTo(openssl.serial("one"));

      replace("two.crt", "live.crt");
      await()
          .during(Duration.ofSeconds(3)) // three looks
          .atMost(Duration.ofSeconds(20))
          .until(() -> presented().equals(openssl.serial("one")));
      replace("two.key", "live.key");
      agent.awaitLog("generation mail/2 is live");
      assertThat(presented()).isEqualTo(openssl.serial("two"));
      assertThat(agent.log()).doesNotContain("ERROR certificate mail: it", "\tat ");
    }
  }

  private void configure(String issuer, String name) {
    home.configure(
        """
        issuers { %s }
        certificates { mail { names = ["%s"], issuer = %s } }
        renewal { check-interval = 1 second }
        smtp {
          hostname = "%s"
          accepted-domains = ["contoso.example"]
          listeners { mx { address = "127.0.0.1:0", certificate = mail } }
          outbound-connectors { all { recipient-domains = ["*"] } }
        }
        """
            .formatted(issuer, NAME, name, NAME));
  }

  private void request(String file) {
    CommandResult result = home.command("certificate", "csr", "mail", "--out", path(file));
    assertThat(result.exitCode()).as("%s", result).isEqualTo(0);
  }

  private CommandResult importing(String... arguments) {
    List<String> all = new ArrayList<>(List.of("import", "mail"));
    for (String argument : arguments) {
      all.add(argument.startsWith("-") ? argument : path(argument));
    }
    return home.command("certificate", all.toArray(String[]::new));
  }

  private static void assertRefused(CommandResult result, String message) {
    assertThat(result.exitCode()).as("%s", result).isEqualTo(1);
    assertThat(result.out() + result.err()).contains(message, "nothing was changed");
  }

  private String decision() {
    return String.valueOf(home.certificate("mail").get("decision"));
  }

  private String presented() throws Exception {
    try (MailClient client = MailClient.startTls(home.listener("mx"), NAME, root())) {
      return client.serverSerial();
    }
  }

  private X509Certificate root() throws Exception {
    try (var pem = Files.newInputStream(folder.resolve("root.crt"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }

  private String publicKey(String request) throws IOException {
    Files.writeString(folder.resolve("looked-at.csr"), request);
    return openssl.run("req -noout -pubkey -in looked-at.csr");
  }

  /** As careful tools do: under another name, and then at once. */
  private void replace(String from, String to) throws IOException {
    Path next = folder.resolve(to + ".next");
    Files.copy(folder.resolve(from), next);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    Files.move(next, folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
