package io.hybridtls.agent.cli;

import static io.hybridtls.agent.cli.Ran.hybridtls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.agent.admin.AdminResource;
import io.hybridtls.agent.admin.AdminServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that ask the running agent, against a real socket and scripted answers. */
@Timeout(30)
class AgentCommandsTest {

  @TempDir private Path folder;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final List<AdminServer> started = new ArrayList<>();
  private final List<Map<String, List<String>>> asked = new ArrayList<>();
  private final List<String> questions = new ArrayList<>();
  private Map<String, Object> costs = cost(true, false, false);
  private Terminal terminal = Ran.NOBODY;

  @BeforeEach
  void configure() throws IOException {
    Files.writeString(config(), "admin { socket = admin.sock }\n");
  }

  @AfterEach
  void stop() throws IOException {
    for (AdminServer server : started) {
      server.close();
    }
    workers.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "renew", "reload"})
  void withoutAnAgentItShouldBe3(String command) {
    Ran ran = run(command);

    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines())
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .startsWith("hybridtls: no agent answers on " + folder.resolve("admin.sock")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "renew",
        "renew --force",
        "reload",
        "explain mail",
        "certificate list",
        "certificate csr mail",
        "account show letsencrypt"
      })
  void programsShouldReadFailuresAsOneObject(String command) throws Exception {
    Ran ran = hybridtls((command + " --json --config " + config()).split(" "));

    assertThat(ran.exit()).isEqualTo(3);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines()).hasSize(1);
    assertThat(JSON.std.mapFrom(ran.out()))
        .containsOnlyKeys("exit", "error")
        .containsEntry("exit", 3)
        .extractingByKey("error")
        .asString()
        .startsWith("no agent answers on " + folder.resolve("admin.sock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"status --nonsense --json", "renew --json --config", "run --json"})
  void programsShouldReadWhatIsMistypedAsOneObject(String command) throws Exception {
    Ran ran = hybridtls(command.split(" "));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).isEmpty();
    assertThat(JSON.std.mapFrom(ran.out())).containsOnlyKeys("exit", "error");
  }

  @Test
  void programsShouldReadThatTheConfigurationIsInvalid() throws Exception {
    Ran ran = hybridtls("status", "--json", "--config", folder.resolve("none.conf").toString());

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(JSON.std.mapFrom(ran.out()))
        .containsEntry("exit", 4)
        .extractingByKey("error")
        .asString()
        .startsWith("the configuration cannot be used");
    assertThat(ran.err()).contains("there is no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "renew", "reload"})
  void aMissingConfigurationShouldBe4(String command) {
    Ran ran = hybridtls(command, "--config", folder.resolve("none.conf").toString());

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).contains("there is no such file");
  }

  @Test
  void theAgentShouldBeFoundThoughTheRestOfItsConfigurationIsBroken() throws Exception {
    Files.writeString(config(), "admin { socket = admin.sock }\nsmtp { nonsense = 1 }\n");
    serve("GET /v1/status", Map.of("version", "1"));

    assertThat(run("status").exit()).isEqualTo(0);
  }

  @Test
  void aFileThatCannotBeParsedShouldLeaveTheSocketToBeNamed() throws Exception {
    Files.writeString(config(), "admin { socket = admin.sock }\nsmtp {");

    Ran ran = run("status");

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.errLines())
        .last()
        .isEqualTo(
            "hybridtls: the configuration cannot be used; correct it, or name the agent's socket"
                + " with --socket");
  }

  @Test
  void theAgentShouldBeFoundByItsSocketAlone() throws Exception {
    serve("GET /v1/status", Map.of("version", "1"));

    Ran ran =
        hybridtls(
            "status",
            "--socket",
            folder.resolve("admin.sock").toString(),
            "--config",
            folder.resolve("none.conf").toString());

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.out()).startsWith("hybridtls 1");
  }

  @Test
  void anAgentThatFailsShouldBe1() throws Exception {
    serve(
        AdminResource.of(
            "GET /v1/status",
            () -> {
              throw new IllegalStateException("a fault of ours");
            }));

    Ran ran = run("status");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.errLines())
        .containsExactly(
            "hybridtls: the agent broke off: the connection ended before the answer did; look at"
                + " the agent's log");
  }

  @Test
  void statusShouldBeOneObjectForPrograms() throws Exception {
    Map<String, Object> status = Map.of("version", "1", "certificates", List.of());
    serve("GET /v1/status", status);

    Ran ran = run("status", "--json");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.outLines()).hasSize(1);
    assertThat(JSON.std.mapFrom(ran.out())).isEqualTo(status);
  }

  @Test
  void aReloadThatIsAppliedShouldBe0WithItsWarningsOnStandardError() throws Exception {
    serve(
        "POST /v1/reload",
        Map.of(
            "applied",
            true,
            "invalid",
            false,
            "problems",
            List.of("a.conf:1: warning: store.secret: …"),
            "message",
            "the new configuration is in force"));

    assertThat(run("reload"))
        .isEqualTo(
            new Ran(
                0, "the new configuration is in force\n", "a.conf:1: warning: store.secret: …\n"));
  }

  @Test
  void aReloadOfAnInvalidFileShouldBe4WithItsProblems() throws Exception {
    serve(
        "POST /v1/reload",
        Map.of(
            "applied",
            false,
            "invalid",
            true,
            "problems",
            List.of("a.conf:1: logg: there is no such key; did you mean log?"),
            "message",
            "the configuration has errors; nothing was changed"));

    Ran ran = run("reload");

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines())
        .containsExactly(
            "a.conf:1: logg: there is no such key; did you mean log?",
            "hybridtls: the configuration has errors; nothing was changed");
  }

  @Test
  void aReloadThatFailsShouldBe1() throws Exception {
    serve(
        "POST /v1/reload",
        Map.of(
            "applied",
            false,
            "invalid",
            false,
            "problems",
            List.of(),
            "message",
            "listener mx cannot listen on 0.0.0.0:25; nothing was changed"));

    assertThat(run("reload").exit()).isEqualTo(1);
  }

  @Test
  void aReloadShouldBeOneObjectForPrograms() throws Exception {
    Map<String, Object> result =
        Map.of("applied", false, "invalid", true, "problems", List.of("x"), "message", "y");
    serve("POST /v1/reload", result);

    Ran ran = run("reload", "--json");

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).isEmpty();
    assertThat(JSON.std.mapFrom(ran.out())).isEqualTo(result);
  }

  @Test
  void renewShouldPassOnWhatIsAskedFor() throws Exception {
    serveRenewal(0);

    run("renew", "mail", "web", "--force", "--wait");
    run("renew");

    assertThat(asked)
        .containsExactly(
            Map.of(
                "id", List.of("mail", "web"),
                "force", List.of("true"),
                "wait", List.of("true")),
            Map.of("force", List.of("false"), "wait", List.of("false")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 6})
  void theOutcomeOfARenewalShouldBeTheExitCode(int exit) throws Exception {
    serveRenewal(exit);

    assertThat(run("renew", "--wait").exit()).isEqualTo(exit);
  }

  @Test
  void aRenewalShouldShowItsStepsAndItsOutcome() throws Exception {
    serveRenewal(0);

    Ran ran = run("renew", "--wait");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines())
        .containsExactly("   mail: storing the new certificate", "ok mail: how it ended");
  }

  @Test
  void aRenewalThatFailsShouldStandOut() throws Exception {
    serveRenewal(5);

    assertThat(run("renew", "--wait").outLines())
        .endsWith(
            "!! mail: how it ended",
            "   once its cause is mended: hybridtls renew mail --force --wait");
    assertThat(run("renew", "--wait", "--force").outLines()).endsWith("!! mail: how it ended");
  }

  @Test
  void aRenewalShouldBeOneObjectForPrograms() throws Exception {
    serveRenewal(5);

    Ran ran = run("renew", "--wait", "--json");

    assertThat(ran.exit()).isEqualTo(5);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines()).hasSize(1);
    assertThat(JSON.std.mapFrom(ran.out())).containsEntry("exit", 5).containsKey("outcomes");
  }

  @Test
  void aRenewalInTheBackgroundShouldSaySo() throws Exception {
    serve("POST /v1/renew", Map.of("exit", 0, "text", "asked for mail"));

    assertThat(run("renew")).isEqualTo(new Ran(0, "asked for mail\n", ""));
  }

  @ParameterizedTest
  @CsvSource({"false, false, false", "true, true, true", "true, false, true"})
  void aForcedRenewalThatIsDoubtfulShouldBeAskedAbout(
      boolean due, boolean exceeds, boolean nearlySpent) throws Exception {
    costs = cost(due, exceeds, nearlySpent);
    serveRenewal(0);
    terminal = answering("n", questions);

    Ran ran = run("renew", "mail", "--force", "--wait");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(asked).isEmpty();
    assertThat(questions).containsExactly("Renew all the same? [y/N] ");
    assertThat(ran.errLines())
        .containsExactly(
            "   mail: "
                + (due ? "due: " : "not due: ")
                + "it is renewed after two thirds of its lifetime",
            "   mail: at issuer letsencrypt, 4 of 5 certificates for exactly mail.contoso.example"
                + " are spent",
            "hybridtls: nothing was renewed, as you wish");
  }

  @ParameterizedTest
  @ValueSource(strings = {"y", "Yes"})
  void aForcedRenewalShouldGoOnAfterAYes(String answer) throws Exception {
    costs = cost(false, true, true);
    serveRenewal(0);
    terminal = answering(answer, questions);

    assertThat(run("renew", "mail", "--force", "--wait").exit()).isEqualTo(0);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aForcedRenewalThatIsDueAndCheapShouldNotBeAskedAbout() throws Exception {
    serveRenewal(0);
    terminal = answering("n", questions);

    assertThat(run("renew", "mail", "--force", "--wait").exit()).isEqualTo(0);
    assertThat(questions).isEmpty();
  }

  @Test
  void nobodyShouldBeAskedWithYes() throws Exception {
    costs = cost(false, true, true);
    serveRenewal(0);
    terminal = answering("n", questions);

    assertThat(run("renew", "mail", "--force", "--wait", "--yes").exit()).isEqualTo(0);
    assertThat(questions).isEmpty();
  }

  @Test
  void withoutATerminalOnlyAnExceededLimitShouldBeRefusedWith2() throws Exception {
    serveRenewal(0);
    costs = cost(false, false, true);
    assertThat(run("renew", "mail", "--force", "--wait").exit()).isEqualTo(0);
    asked.clear();

    started.remove(0).close();
    costs = cost(true, true, true);
    serveRenewal(0);
    Ran ran = run("renew", "mail", "--force", "--wait");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(asked).isEmpty();
    assertThat(ran.errLines())
        .endsWith(
            "hybridtls: a limit of the CA would be exceeded, and nothing was done; --yes renews all"
                + " the same");
  }

  @Test
  void anExplanationShouldTellRulesIssuersAndWhatComesNext() throws Exception {
    serve(
        "GET /v1/explain",
        Map.ofEntries(
            Map.entry("exit", 0),
            Map.entry("id", "mail"),
            Map.entry("now", "2026-11-23T12:00:00Z"),
            Map.entry("renew-at", "2026-12-24T12:00:00Z"),
            Map.entry("decision", "it is renewed after two thirds of its lifetime"),
            Map.entry("rules", List.of(Map.of("name", "only-between", "finding", "at any time"))),
            Map.entry("failures", 2),
            Map.entry("failure", "the CA could not be reached"),
            Map.entry("next-attempt", "2026-11-23T14:00:00Z"),
            Map.entry(
                "issuers",
                List.of(
                    Map.of(
                        "name",
                        "letsencrypt",
                        "rests-until",
                        "2026-11-23T15:00:00Z",
                        "rests-because",
                        "50 of 50 are spent",
                        "spent",
                        List.of("50 of 50 certificates are spent")),
                    Map.of("name", "backup", "spent", List.of()))),
            Map.entry("next", List.of("issuer backup is asked then"))));

    Ran ran = run("explain", "mail");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.outLines())
        .containsExactly(
            "mail: renewed in 31 days (2026-12-24 12:00 UTC): it is renewed after two thirds of its"
                + " lifetime",
            "",
            "Rules",
            "  only-between   at any time",
            "",
            "Failures",
            "  2 in a row; the last: the CA could not be reached",
            "  the next attempt: in 2 hours (2026-11-23 14:00 UTC)",
            "",
            "Issuers, in the order in which they are asked",
            "  letsencrypt: rests, and is asked again in 3 hours (2026-11-23 15:00 UTC): 50 of 50"
                + " are spent",
            "    50 of 50 certificates are spent",
            "  backup: can be asked",
            "",
            "Next",
            "  issuer backup is asked then");
  }

  @Test
  void anExplanationShouldTellWhatKeepsTheFirstIssuerFromIssuing() throws Exception {
    serve(
        "GET /v1/explain",
        Map.ofEntries(
            Map.entry("exit", 0),
            Map.entry("id", "mail"),
            Map.entry("issuer", "first"),
            Map.entry("issued-by", "second"),
            Map.entry(
                "reason",
                "it was due; a fallback, since first does not issue now: visit"
                    + " https://ca.example/unpause"),
            Map.entry("now", "2026-11-23T12:00:00Z"),
            Map.entry("renew-at", "2026-12-24T12:00:00Z"),
            Map.entry("decision", "it is new")));

    assertThat(run("explain", "mail").outLines())
        .startsWith(
            "mail: renewed in 31 days (2026-12-24 12:00 UTC): it is new",
            "",
            "In use",
            "  from second, because it was due; a fallback, since first does not issue now: visit"
                + " https://ca.example/unpause");
  }

  @Test
  void anExplanationShouldBeOneObjectForPrograms() throws Exception {
    Map<String, Object> answer = Map.of("exit", 0, "id", "mail");
    serve("GET /v1/explain", answer);

    Ran ran = run("explain", "mail", "--json");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(JSON.std.mapFrom(ran.out())).isEqualTo(answer);
  }

  @Test
  void anExplanationOfAnUnknownCertificateShouldBe2() throws Exception {
    serve("GET /v1/explain", Map.of("exit", 2, "error", "there is no certificate \"mial\""));

    assertThat(run("explain", "mial"))
        .isEqualTo(new Ran(2, "", "hybridtls: there is no certificate \"mial\"\n"));
  }

  @Test
  void anUnknownCertificateShouldBe2() throws Exception {
    serve("POST /v1/renew", Map.of("exit", 2, "error", "there is no certificate \"mial\""));

    assertThat(run("renew", "mial"))
        .isEqualTo(new Ran(2, "", "hybridtls: there is no certificate \"mial\"\n"));
  }

  private void serveRenewal(int exit) throws IOException {
    Map<String, Object> outcome =
        Map.of("certificate", "mail", "text", "how it ended", "exit", exit);
    AdminResource cost =
        AdminResource.of("GET /v1/renew/cost", () -> Map.of("costs", List.of(costs)));
    serve(
        cost,
        new AdminResource() {
          @Override
          public String route() {
            return "POST /v1/renew";
          }

          @Override
          public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress)
              throws IOException {
            asked.add(parameters);
            progress.tell(Map.of("certificate", "mail", "step", "storing the new certificate"));
            progress.tell(Map.of("outcome", outcome));
            return Map.of("exit", exit, "outcomes", List.of(outcome));
          }
        });
  }

  private void serve(String route, Map<String, Object> answer) throws IOException {
    serve(AdminResource.of(route, () -> answer));
  }

  private void serve(AdminResource... resources) throws IOException {
    started.add(AdminServer.start(folder.resolve("admin.sock"), List.of(resources), workers));
  }

  private Ran run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--config", config().toString()));
    all.addAll(List.of(arguments));
    return hybridtls(terminal, all.toArray(String[]::new));
  }

  private static Map<String, Object> cost(boolean due, boolean exceeds, boolean nearlySpent) {
    return Map.of(
        "certificate",
        "mail",
        "issuer",
        "letsencrypt",
        "due",
        due,
        "decision",
        "it is renewed after two thirds of its lifetime",
        "exceeds",
        exceeds,
        "nearly-spent",
        nearlySpent,
        "spent",
        List.of("4 of 5 certificates for exactly mail.contoso.example are spent"));
  }

  private static Terminal answering(String answer, List<String> questions) {
    return new Terminal() {
      @Override
      public boolean isInteractive() {
        return true;
      }

      @Override
      public Optional<String> ask(String question) {
        questions.add(question);
        return Optional.of(answer);
      }
    };
  }

  private Path config() {
    return folder.resolve("hybridtls.conf");
  }
}
