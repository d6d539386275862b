package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hybridtls.agent.config.SecretSource.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

class ConfigLoaderTest {

  @TempDir private Path folder;

  @Test
  void anEmptyFileShouldGiveTheDefaults() {
    AgentConfig config = files().read("");

    assertThat(config.stateDirectory()).isEqualTo(Path.of("/var/lib/hybridtls"));
    assertThat(config.store().secret())
        .isEqualTo(new GeneratedFile(Path.of("/var/lib/hybridtls/secret.key")));
    assertThat(config.renewal().checkInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.certificates().specs()).isEmpty();
    assertThat(config.smtp()).isEmpty();
    assertThat(config.http()).isEmpty();
  }

  @Test
  void certificatesWithoutMailShouldBeEnough() {
    AgentConfig config =
        files()
            .read(
                """
                issuers { internal { type = local-ca, name = "Contoso" } }
                certificates { mail { names = ["mail.contoso.example"], issuer = internal } }
                """);

    assertThat(config.certificates().specs()).hasSize(1);
    assertThat(config.localCas()).hasSize(1);
  }

  @Test
  void relativePathsShouldStartAtTheFoldersOfTheFile() {
    AgentConfig config = files().read("state-directory = state, admin { socket = admin.sock }");

    assertThat(config.stateDirectory()).isEqualTo(folder.resolve("state"));
    assertThat(config.admin().socket()).isEqualTo(folder.resolve("admin.sock"));
  }

  @Test
  void nullShouldMeanThatTheKeyIsNotWritten() {
    assertThat(files().read("store { keep-generations = null }, http = null").store())
        .extracting(AgentConfig.Store::keepGenerations)
        .isEqualTo(5);
  }

  @Test
  void aSyntaxErrorShouldBeReportedWithItsLine() {
    assertThat(files().problems("log {\n  level = info\n}\nhttp { address = 0.0.0.0:80 }\n"))
        .singleElement()
        .asString()
        .startsWith("test.conf:4: ")
        .contains("':'")
        .endsWith("; correct the syntax here or just above");
  }

  @Test
  void aBraceThatIsNotClosedShouldBeCalledThat() {
    String remedy = "the file ends within { ... } or [ ... ]; close what is still open";

    assertThat(files().problems("http { address = \"127.0.0.1:0\"\n"))
        .containsExactly("test.conf:2: " + remedy);
    assertThat(files().problems("certificates { a { names = [\"a.example\""))
        .containsExactly("test.conf:1: " + remedy);
  }

  @Test
  void aSyntaxErrorShouldNotRepeatASecret() {
    assertThat(files().problems("store { secret = \"hunter2\" \"x\" : \"hunter2\" }"))
        .containsExactly("test.conf:1: the syntax is wrong; correct the syntax here or just above");
  }

  @Test
  void aMissingFileShouldBeReported() {
    assertThat(new ConfigLoader(Map.of()).load(folder.resolve("none.conf")).problems())
        .extracting(ConfigProblem::toString)
        .containsExactly(
            folder + "/none.conf: there is no such file; write it, or name another with --config");
  }

  @Test
  void aFolderShouldNotBeTakenForAFile() {
    assertThat(new ConfigLoader(Map.of()).load(folder).problems())
        .extracting(ConfigProblem::what)
        .containsExactly("this is not a file");
  }

  @Test
  void aFileThatMayNotBeReadShouldBeReported() throws IOException {
    Path file = files().write("closed.conf", "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();

    assertThat(new ConfigLoader(Map.of()).load(file).problems())
        .extracting(ConfigProblem::remedy)
        .containsExactly("run chmod u+r " + file + " as its owner");
  }

  @Test
  void problemsOfAnIncludedFileShouldBeReportedThere() {
    files().write("more.conf", "# more\nlog { level = loud }\n");

    assertThat(files().problems("include \"more.conf\"\nlog { format = xml }\n"))
        .containsExactly(
            "more.conf:2: log.level: \"loud\" is not known here;"
                + " write one of error, warn, info, debug, trace",
            "test.conf:2: log.format: \"xml\" is not known here; write one of text, json");
  }

  @Test
  void everyIncludeThatIsMissingShouldBeReportedAtItsLine() {
    files().write("more.conf", "\n\ninclude file(\"most.conf\")\n");

    assertThat(
            files()
                .problems(
                    """

                    include "other.conf"
                    include "more.conf"
                    include required("another.conf")
                    log { format = xml }
                    """))
        .containsExactly(
            "more.conf:3: include: there is no file most.conf that can be read;"
                + " write it, or remove the include",
            "test.conf:2: include: there is no file other.conf that can be read;"
                + " write it, or remove the include",
            "test.conf:4: include: there is no file another.conf that can be read;"
                + " write it, or remove the include",
            "test.conf:5: log.format: \"xml\" is not known here; write one of text, json");
  }

  @Test
  void onlyFilesShouldBeIncluded() {
    assertThat(
            files()
                .problems(
                    """
                    include url("http://127.0.0.1:9/remote.conf")
                    include classpath("reference.conf")
                    """))
        .containsExactly(
            "test.conf:1: include: only files are included; copy it to a file",
            "test.conf:2: include: only files are included; copy it to a file");
  }

  @Test
  void aFileThatIncludesItselfShouldBeReported() {
    assertThat(files().problems("include \"test.conf\"\n"))
        .singleElement()
        .asString()
        .contains("include statements nested more than");
  }

  @Test
  void substitutionsShouldTakeTheEnvironment() {
    ConfigFiles files = files().with("LEVEL", "debug");

    assertThat(files.read("log { level = info, level = ${?LEVEL} }").log().level())
        .isEqualTo(Level.DEBUG);
    assertThat(files().read("log { level = warn, level = ${?LEVEL} }").log().level())
        .isEqualTo(Level.WARN);
  }

  @Test
  void aValueOfTheEnvironmentShouldBeReportedWhereItIsUsed() {
    ConfigFiles files = files().with("LEVEL", "loud");

    assertThat(files.problems("log {\n  format = text\n  level = ${?LEVEL}\n}"))
        .containsExactly(
            "test.conf:3: log.level: \"loud\" is not known here;"
                + " write one of error, warn, info, debug, trace");
  }

  @Test
  void aSubstitutionWithoutAValueShouldBeReported() {
    assertThat(files().problems("\nstate-directory = ${STATE}\n"))
        .containsExactly(
            "test.conf:2: ${STATE} has no value; set that environment variable, or write"
                + " ${?STATE} to go without the setting");
  }

  @Test
  void aSubstitutionThatRefersToItselfShouldBeReported() {
    assertThat(files().problems("a = ${b}\nb = ${a}\n"))
        .singleElement()
        .asString()
        .endsWith("refers to itself; write the value in one place");
  }

  @Test
  void aTextThatIsNestedWithoutEndShouldBeRefused() {
    assertThat(files().problems("a = " + "[".repeat(100_000)))
        .containsExactly("test.conf: this is not a configuration; correct it; the format is HOCON");
  }

  @Test
  void whatCannotBeShownOnOneLineShouldBeShortened() {
    assertThat(files().problems("log { level = \"a\\nb" + "c".repeat(500) + "\" }"))
        .singleElement()
        .asString()
        .contains("\"a b" + "c".repeat(90), "ccc\" is not known here; write one of error,")
        .hasSizeLessThan(350)
        .doesNotContain("\n");
  }

  private ConfigFiles files() {
    return ConfigFiles.in(folder);
  }
}
