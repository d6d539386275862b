package io.hybridtls.agent.cli;

import static io.hybridtls.agent.cli.Ran.hybridtls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.agent.admin.AdminResource;
import io.hybridtls.agent.admin.AdminServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands about certificates and accounts send, and what they make of the answers. */
@Timeout(30)
class CertificateCommandsTest {

  private static final String PEM = "-----BEGIN CERTIFICATE-----\n";

  @TempDir private Path folder;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<AdminServer> started = new ArrayList<>();
  private final List<Map<String, List<String>>> asked = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (AdminServer server : started) {
      server.close();
    }
    workers.shutdownNow();
  }

  @Test
  void aRequestShouldGoToStandardOutputAlone() throws Exception {
    serve("POST /v1/certificate/csr", Map.of("exit", 0, "requests", List.of("one\n", "two\n")));

    assertThat(run("certificate", "csr", "mail")).isEqualTo(new Ran(0, "one\ntwo\n", ""));
    assertThat(asked).containsExactly(Map.of("id", List.of("mail"), "new-key", List.of("false")));
  }

  @Test
  void aRequestShouldGoToItsFileAlsoForPrograms() throws Exception {
    serve("POST /v1/certificate/csr", Map.of("exit", 0, "requests", List.of("one\n")));
    Path out = folder.resolve("mail.csr");

    Ran ran = run("certificate", "csr", "mail", "--new-key", "--json", "--out", out.toString());

    assertThat(JSON.std.mapFrom(ran.out())).containsEntry("requests", List.of("one\n"));
    assertThat(out).hasContent("one\n");
    assertThat(asked.get(0)).containsEntry("new-key", List.of("true"));
  }

  @Test
  void filesAndPasswordShouldBeSentAndNeverShown() throws Exception {
    serve("POST /v1/certificate/import", outcome(0));
    String pfx = write("mail.pfx", "0\u0001ÿ&=+ %");
    String key = write("mail.key", "the key");
    String password = write("pass", "open sesame\nand no second line\n");

    Ran ran = run("certificate", "import", "mail", pfx, "--key", key, "--password-file", password);

    assertThat(ran).isEqualTo(new Ran(0, "ok mail: how it ended\n", ""));
    assertThat(asked)
        .containsExactly(
            Map.of(
                "id", List.of("mail"),
                "name", List.of(pfx, key),
                "content", List.of(base64("0\u0001ÿ&=+ %"), base64("the key")),
                "password", List.of("open sesame")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void aPasswordThatIsOpenToOthersShouldBeRefusedBeforeTheAgentIsAsked(String mode)
      throws Exception {
    String password = write("pass", "open sesame");
    Files.setPosixFilePermissions(Path.of(password), PosixFilePermissions.fromString(mode));
    String pfx = write("mail.pfx", "a PFX");

    assertThat(run("certificate", "import", "mail", pfx, "--password-file", password))
        .isEqualTo(
            new Ran(
                1,
                "",
                "hybridtls: "
                    + password
                    + " is open to others than its owner; run chmod 600 "
                    + password
                    + "; nothing was changed\n"));
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 6})
  void theOutcomeOfAnImportShouldBeTheExitCode(int exit) throws Exception {
    serve("POST /v1/certificate/import", outcome(exit));

    Ran ran = run("certificate", "import", "mail", write("mail.pem", PEM));

    assertThat(ran.exit()).isEqualTo(exit);
    assertThat(ran.out()).startsWith(exit == 0 ? "ok " : "!! ");
  }

  @Test
  void whatTheAgentRefusesShouldBeOneLineOnStandardError() throws Exception {
    serve("POST /v1/certificate/import", Map.of("exit", 1, "error", "refused: no key"));
    String file = write("mail.pem", PEM);

    assertThat(run("certificate", "import", "mail", file))
        .isEqualTo(new Ran(1, "", "hybridtls: refused: no key\n"));
    assertThat(run("certificate", "import", "mail", file, "--json").exit()).isEqualTo(1);
  }

  @Test
  void aMissingFileShouldBeNamedBeforeTheAgentIsAsked() throws Exception {
    String missing = folder.resolve("none.pem").toString();

    assertThat(run("certificate", "import", "mail", missing))
        .isEqualTo(
            new Ran(1, "", "hybridtls: there is no file " + missing + "; nothing was changed\n"));
    assertThat(run("certificate", "import", "mail").exit()).isEqualTo(2);
  }

  @Test
  void whatCannotBeReadShouldBeNamedBeforeTheAgentIsAsked() throws Exception {
    String file = write("mail.pem", PEM);
    String large = write("large.pem", "x".repeat(1024 * 1024));

    assertThat(run("certificate", "import", "mail", folder.toString()).err())
        .isEqualTo("hybridtls: " + folder + " is a folder; name a file; nothing was changed\n");
    assertThat(run("certificate", "import", "mail", file, large).err())
        .startsWith("hybridtls: " + large + " has more than ")
        .endsWith("octets, too many; nothing was changed\n");
    assertThat(run("certificate", "import", "mail", file, "--password-file", folder + "/x").err())
        .isEqualTo("hybridtls: there is no file " + folder + "/x; nothing was changed\n");
    assertThat(run("certificate", "issue", "--for", "d", "--csr", "/dev/zero").err())
        .isEqualTo(
            "hybridtls: /dev/zero has more than 65536 octets, too many; nothing was changed\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"csr mail --new-key", "issue --for d --csr REQUEST", "export mail --with-key"})
  void whereNothingCanBeWrittenShouldBeSaidBeforeTheAgentIsAsked(String command) throws Exception {
    String words = command.replace("REQUEST", write("d.csr", "a request"));
    String missing = folder.resolve("none/out").toString();
    String password =
        words.contains("key") ? " --password-file " + write("p", "longer than 8") : "";
    String more = words.startsWith("export") ? password : "";

    Ran ran = run(("certificate " + words + more + " --out " + missing).split(" "));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err()).startsWith("hybridtls: there is no folder " + folder.resolve("none"));
    assertThat(asked).isEmpty();
  }

  @Test
  void aSignedCertificateThatCannotBeWrittenShouldBeNamed() throws Exception {
    Path out = folder.resolve("out");
    serve(
        "POST /v1/certificate/issue",
        Map.of("exit", 0, "serial", "0a1b", "chain", PEM, "not-after", "2027-01-01T00:00:00Z"),
        () -> Files.createDirectory(out)); // it could have been written before

    Ran ran =
        run(
            "certificate",
            "issue",
            "--for",
            "d",
            "--csr",
            write("d.csr", "a request"),
            "--out",
            out.toString());

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err())
        .startsWith("hybridtls: " + out + " cannot be written: ")
        .endsWith("; the certificate was signed with the serial 0a1b: revoke it, and ask again\n");
  }

  @Test
  void aPasswordWithoutAKeyShouldBe2() throws Exception {
    Ran ran = run("certificate", "export", "mail", "--password-file", write("p", "longer than 8"));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("a password is for the key; write --with-key");
  }

  @Test
  void aChainShouldBeExportedToStandardOutputOrAFolder() throws Exception {
    serve("POST /v1/certificate/export", exported("mail.pem", PEM, false));

    assertThat(run("certificate", "export", "mail")).isEqualTo(new Ran(0, PEM, ""));
    assertThat(run("certificate", "export", "mail", "2", "--out", folder.toString()).out())
        .isEqualTo("wrote " + folder.resolve("mail.pem") + " (mail/2)\n");
    assertThat(folder.resolve("mail.pem")).hasContent(PEM);
    assertThat(modeOf("mail.pem")).isEqualTo("rw-r--r--");
    assertThat(asked.get(1)).containsEntry("generation", List.of("2"));
  }

  @Test
  void aKeyShouldBeExportedForItsOwnerAloneAndOnlyUnderAPassword() throws Exception {
    serve("POST /v1/certificate/export", exported("../mail.pfx", "0\u0001", true));
    String password = write("pass", "open sesame");

    assertThat(run("certificate", "export", "mail", "--with-key").exit()).isEqualTo(2);
    assertThat(
            run("certificate", "export", "mail", "--with-key", "--password-file", password).exit())
        .isEqualTo(2);
    Ran ran =
        run(
            "certificate",
            "export",
            "mail",
            "--with-key",
            "--password-file",
            password,
            "--out",
            folder.toString());

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(modeOf(".._mail.pfx")).isEqualTo("rw-------");
    assertThat(asked).hasSize(1).allSatisfy(a -> assertThat(a).containsKey("password"));
  }

  @Test
  void aCertificateShouldBeShownWithItsChainAndItsGenerations() throws Exception {
    Map<String, Object> leaf =
        Map.of(
            "subject",
            "CN=mail",
            "names",
            List.of("mail.contoso.example"),
            "serial",
            "ab12",
            "key-purposes",
            List.of("serverAuth"),
            "spki-sha256",
            "cafe",
            "chain",
            List.of(Map.of("subject", "CN=mail", "issuer", "CN=Issuing")));
    serve(
        "GET /v1/certificate",
        Map.of(
            "exit",
            0,
            "id",
            "mail",
            "names",
            List.of("mail.contoso.example"),
            "generations",
            List.of(
                Map.of("number", 2, "live", true, "certificates", List.of(leaf)),
                Map.of("number", 1, "live", false, "certificates", List.of(leaf)))));

    assertThat(run("certificate", "show", "mail").outLines())
        .contains(
            "    serial    ab12",
            "    purposes  serverAuth",
            "    chain     CN=mail, by CN=Issuing",
            "    serial    ab12, until ?");
  }

  @Test
  void theListShouldHaveALineForEach() throws Exception {
    serve(
        "GET /v1/certificates",
        Map.of(
            "exit",
            0,
            "certificates",
            List.of(
                Map.of(
                    "id",
                    "mail",
                    "configured",
                    true,
                    "issuer",
                    "brought",
                    "names",
                    List.of("mail.contoso.example"),
                    "live",
                    true,
                    "generation",
                    3,
                    "not-after",
                    "2027-01-01T00:00:00Z"),
                Map.of("id", "old", "configured", false, "live", false))));

    assertThat(run("certificate", "list").outLines())
        .containsExactly(
            "mail  generation 3, until 2027-01-01T00:00:00Z, from brought: mail.contoso.example",
            "old   not live, not configured any more");
  }

  @Test
  void aRollbackShouldPassOnItsGeneration() throws Exception {
    serve("POST /v1/certificate/rollback", outcome(6));

    assertThat(run("certificate", "rollback", "mail", "2").exit()).isEqualTo(6);
    assertThat(asked).containsExactly(Map.of("id", List.of("mail"), "generation", List.of("2")));
  }

  @Test
  void aRequestOfAPeerShouldBeSignedToItsFile() throws Exception {
    serve(
        "POST /v1/certificate/issue",
        Map.of("exit", 0, "for", "device42", "serial", "ab", "not-after", "2027", "chain", PEM));
    String csr = write("device42.csr", "csr");
    Path out = folder.resolve("device42.pem");

    Ran ran =
        run(
            "certificate",
            "issue",
            "--for",
            "device42",
            "--csr",
            csr,
            "--role",
            "client",
            "--days",
            "30",
            "--issuer",
            "internal",
            "--out",
            out.toString());

    assertThat(ran.out())
        .isEqualTo("wrote " + out + ": for device42, serial ab, valid until 2027\n");
    assertThat(out).hasContent(PEM);
    assertThat(asked)
        .containsExactly(
            Map.of(
                "for", List.of("device42"),
                "csr", List.of(base64("csr")),
                "role", List.of("client"),
                "days", List.of("30"),
                "issuer", List.of("internal")));
  }

  @Test
  void aRevocationShouldPassOnItsReason() throws Exception {
    serve("POST /v1/certificate/revoke", Map.of("exit", 0, "text", "revoked"));

    assertThat(run("certificate", "revoke", "mail", "--reason", "key-compromise"))
        .isEqualTo(new Ran(0, "revoked\n", ""));
    assertThat(asked)
        .containsExactly(
            Map.of("certificate", List.of("mail"), "reason", List.of("key-compromise")));
  }

  @Test
  void anAccountShouldBeDeactivatedOnlyByItsWord() throws Exception {
    serve("POST /v1/account", Map.of("exit", 0, "text", "deactivated"));

    assertThat(run("account", "deactivate", "letsencrypt").exit()).isEqualTo(2);
    assertThat(asked).isEmpty();
    assertThat(run("account", "deactivate", "letsencrypt", "--yes").out())
        .isEqualTo("deactivated\n");
    assertThat(asked)
        .containsExactly(Map.of("issuer", List.of("letsencrypt"), "action", List.of("deactivate")));
  }

  @Test
  void anAccountShouldBeShown() throws Exception {
    serve(
        "POST /v1/account",
        Map.of(
            "exit",
            0,
            "account",
            "https://ca.example/1",
            "status",
            "valid",
            "contacts",
            List.of("mailto:a@b.example")));

    assertThat(run("account", "show", "letsencrypt").outLines())
        .containsExactly(
            "account   https://ca.example/1", "status    valid", "contact   mailto:a@b.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "certificate list",
        "certificate show mail",
        "certificate csr mail",
        "certificate rollback mail",
        "certificate export mail",
        "certificate revoke mail",
        "account rollover letsencrypt"
      })
  void withoutAnAgentItShouldBe3(String command) {
    assertThat(run(command.split(" ")).exit()).isEqualTo(3);
  }

  private static Map<String, Object> outcome(int exit) {
    return Map.of("exit", exit, "certificate", "mail", "text", "how it ended");
  }

  private static Map<String, Object> exported(String name, String content, boolean secret) {
    Map<String, Object> file = Map.of("name", name, "content", base64(content), "secret", secret);
    return Map.of("exit", 0, "generation", "mail/2", "files", List.of(file));
  }

  private void serve(String route, Map<String, Object> answer) throws IOException {
    serve(route, answer, () -> {});
  }

  /** What happens while the agent works on its answer. */
  @FunctionalInterface
  private interface Meanwhile {
    void happens() throws IOException;
  }

  private void serve(String route, Map<String, Object> answer, Meanwhile meanwhile)
      throws IOException {
    AdminResource resource =
        new AdminResource() {
          @Override
          public String route() {
            return route;
          }

          @Override
          public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress)
              throws IOException {
            asked.add(parameters);
            meanwhile.happens();
            return answer;
          }
        };
    started.add(AdminServer.start(folder.resolve("admin.sock"), List.of(resource), workers));
  }

  private Ran run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--socket", folder.resolve("admin.sock").toString()));
    return hybridtls(all.toArray(String[]::new));
  }

  private String write(String name, String text) throws IOException {
    Path file = Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
        .toString();
  }

  private String modeOf(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
