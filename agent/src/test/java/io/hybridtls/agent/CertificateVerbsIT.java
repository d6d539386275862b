package io.hybridtls.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.agent.testing.AgentHome;
import io.hybridtls.agent.testing.AgentProcess;
import io.hybridtls.agent.testing.CommandResult;
import io.hybridtls.agent.testing.OpenSsl;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The verbs about certificates, asked of a whole agent with a private CA. */
@RequiresPeer("openssl")
@Timeout(180)
class CertificateVerbsIT {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  private AgentHome home;
  private OpenSsl openssl;
  private AgentProcess agent;

  @BeforeEach
  void start() {
    openssl = new OpenSsl(folder);
    home =
        new AgentHome(folder)
            .configure(
                """
                issuers { internal { type = local-ca, name = "Contoso Mail" } }
                certificates {
                  mail { names = ["mail.contoso.example"], issuer = internal, key = ec-p256 }
                }
                """);
    agent = home.start();
    home.awaitLive("mail");
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  @Test
  void whatIsHeldShouldBeListedAndShownWithItsChain() throws IOException {
    assertThat(run("list").out()).startsWith("mail  generation 1, until 20");
    assertThat(run("show", "mail").out())
        .contains("mail.contoso.example", "EC 256", "serverAuth, clientAuth")
        .contains("chain     CN=mail.contoso.example", "generation 1, live: stored ");

    Map<String, Object> shown = JSON.std.mapFrom(run("show", "mail", "--json").out());
    assertThat(shown).containsEntry("id", "mail").containsKey("generations");
    CommandResult unknown = certificate("show", "mial");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no certificate \"mial\"; configured are mail");
  }

  @Test
  void whatIsExportedShouldBeReadByOthers() throws IOException {
    home.write("pass", "correct horse\n");
    home.write("short", "horse\n");
    Files.writeString(folder.resolve("chain.crt"), run("export", "mail").out());
    assertThat(openssl.serial("chain")).isEqualTo(home.awaitLive("mail"));

    run("export", "mail", "--with-key", "--password-file", path("pass"), "--out", path("."));
    assertThat(openssl.run("pkcs12 -in mail.pfx -passin file:pass -noenc"))
        .contains("BEGIN PRIVATE KEY", "BEGIN CERTIFICATE");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("mail.pfx"))))
        .isEqualTo("rw-------");
    CommandResult weak =
        certificate(
            "export", "mail", "--with-key", "--password-file", path("short"), "--out", path("."));
    assertThat(weak.exitCode()).isEqualTo(2);
    assertThat(weak.err()).contains("fewer than 8 characters");
  }

  @Test
  void anEarlierGenerationShouldComeBack() {
    String first = home.awaitLive("mail");
    assertThat(certificate("rollback", "mail").err()).contains("no generation of mail before");
    assertThat(home.command("renew", "mail", "--force", "--wait").exitCode()).isZero();
    assertThat(home.awaitLive("mail")).isNotEqualTo(first);

    assertThat(run("rollback", "mail").out()).contains("ok mail: generation mail/1 is live");
    assertThat(home.awaitLive("mail")).isEqualTo(first);
    assertThat(certificate("rollback", "mail", "7").exitCode()).isEqualTo(2);
  }

  @Test
  void aPeersRequestShouldBeSignedAndItsCertificateRevoked() throws IOException {
    openssl.run(
        "req -new -newkey rsa:2048 -nodes -keyout device.key -out device.csr -subj /CN=device42"
            + " -addext subjectAltName=DNS:device42.contoso.example");
    assertThat(
            run(
                    "issue",
                    "--for",
                    "device42",
                    "--csr",
                    path("device.csr"),
                    "--out",
                    path("device.crt"))
                .out())
        .contains("for device42, with the names device42.contoso.example, serial ");
    assertThat(openssl.run("x509 -in device.crt -noout -subject -ext extendedKeyUsage"))
        .contains("device42", "TLS Web Client Authentication");

    String serial = openssl.serial("device");
    assertThat(run("revoke", serial, "--reason", "key-compromise").out())
        .contains("revoked the certificate of peer device42 (key-compromise)");
    assertThat(run("revoke", serial).out()).contains("it was revoked before");
    assertThat(certificate("revoke", "4711").exitCode()).isEqualTo(2);
    String live = home.awaitLive("mail");
    assertThat(run("revoke", "mail", "--reason", "superseded").out())
        .contains("revoked certificate mail (superseded)", "it was revoked at", "is live: serial");
    assertThat(home.awaitLive("mail")).isNotEqualTo(live);
    assertThat(certificate("rollback", "mail").out()).contains("it was revoked at", "superseded");
    assertThat(certificate("revoke", "mail", "--reason", "boredom").err())
        .contains("write one of unspecified, key-compromise");
    assertThat(home.program("account", "show", "internal", "--socket", path("admin.sock")).err())
        .contains(
            "there is no issuer \"internal\" of type acme, which alone has an account; there is"
                + " none");
  }

  private CommandResult run(String... arguments) {
    CommandResult result = certificate(arguments);
    assertThat(result.exitCode()).as("%s", result).isZero();
    return result;
  }

  private CommandResult certificate(String... arguments) {
    return home.command("certificate", arguments);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
