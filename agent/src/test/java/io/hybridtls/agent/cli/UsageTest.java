package io.hybridtls.agent.cli;

import static io.hybridtls.agent.cli.Ran.hybridtls;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

  @Test
  void withoutACommandTheUsageShouldGoToStandardErrorWith2() {
    Ran ran = hybridtls();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Usage: hybridtls COMMAND [OPTIONS]", "  demo  ", "  renew  ");
    assertThat(ran.errLines()).endsWith("hybridtls: name a command, as above");
  }

  @Test
  void helpShouldGoToStandardOutputWith0AndFitATerminal() {
    Ran ran = hybridtls("--help");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines())
        .contains("  3   no agent answers", "First steps:")
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "demo", "check-config", "status", "explain", "renew", "reload", "version"})
  void everyCommandShouldExplainItselfWithinATerminal(String command) {
    Ran ran = hybridtls(command, "--help");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines())
        .anySatisfy(line -> assertThat(line).startsWith("Usage: hybridtls " + command))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "certificate list",
        "certificate show",
        "certificate csr",
        "certificate import",
        "certificate export",
        "certificate rollback",
        "certificate issue",
        "certificate revoke",
        "account show",
        "account rollover",
        "account deactivate"
      })
  void everyCommandOfAGroupShouldExplainItselfWithinATerminal(String command) {
    Ran ran = hybridtls((command + " --help").split(" "));

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.outLines())
        .anySatisfy(line -> assertThat(line).startsWith("Usage: hybridtls " + command))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @ValueSource(strings = {"certificate", "account"})
  void aGroupAloneShouldBe2AndShowItsCommands(String group) {
    Ran ran = hybridtls(group);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Commands:", "  show  ", "name a command, as above");
  }

  @Test
  void renewShouldExplainItsExitCodesAndShowExamples() {
    assertThat(hybridtls("renew", "-h").outLines())
        .contains(
            "  5   failed; the old certificate is still valid",
            "  hybridtls renew mail --force --wait   mail, although it is not due");
  }

  @Test
  void aMistypedCommandShouldBe2WithASuggestion() {
    Ran ran = hybridtls("renw");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("'renw'", "Did you mean: hybridtls renew");
  }

  @Test
  void aMistypedOptionShouldBe2WithASuggestionAndWithoutTheWholeHelp() {
    Ran ran = hybridtls("renew", "--forc");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.errLines())
        .containsExactly("hybridtls: Unknown option: '--forc'", "Possible solutions: --force");
  }

  @Test
  void anOptionWithoutItsValueShouldBe2AndPointToTheHelp() {
    Ran ran = hybridtls("status", "--config");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("Try \"hybridtls status --help\"");
  }

  @Test
  void nothingShouldBeColoredWithoutATerminal() {
    assertThat(hybridtls("--help").out()).doesNotContain("\u001b");
  }

  @Test
  void versionShouldNameItsParts() {
    Ran ran = hybridtls("version");

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.outLines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("hybridtls  "),
            line -> assertThat(line).startsWith("java       " + Runtime.version()),
            line -> assertThat(line).startsWith("tls        "));
  }

  @Test
  void versionShouldBeOneJsonObjectForPrograms() {
    assertThat(hybridtls("version", "--json").outLines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("{\"hybridtls\":\"").endsWith("\"}"));
  }

  @Test
  void theShortVersionShouldBeOneLine() {
    assertThat(hybridtls("--version").outLines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("hybridtls "));
  }
}
