package io.hybridtls.agent.cli;

import static io.hybridtls.agent.cli.Ran.hybridtls;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigCommandTest {

  private static final String VALID =
      """
      state-directory = state
      issuers { internal { type = local-ca, name = "Contoso Mail" } }
      certificates { mail { names = ["mail.contoso.example"], issuer = internal } }
      """;

  @TempDir private Path folder;

  @Test
  void aValidFileShouldBe0() throws Exception {
    Path file = write(VALID);

    Ran ran = hybridtls("check-config", "--config", file.toString());

    assertThat(ran)
        .isEqualTo(new Ran(0, file + ": the configuration is valid" + System.lineSeparator(), ""));
  }

  @Test
  void warningsShouldGoToStandardErrorAndLeaveTheFileValid() throws Exception {
    Path file = write(VALID + "store { secret = \"correct horse battery staple\" }\n");

    Ran ran = hybridtls("check-config", "-c", file.toString());

    assertThat(ran.exit()).isEqualTo(0);
    assertThat(ran.err()).contains(file + ":4: warning: store.secret: ").doesNotContain("horse");
    assertThat(ran.out()).containsPattern("is valid; \\d warnings?\n");
  }

  @Test
  void everyErrorShouldGoToStandardErrorWith4() throws Exception {
    Path file = write(VALID + "logg { }\nadmin { sockett = x }\n");

    Ran ran = hybridtls("check-config", "-c", file.toString());

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines())
        .containsExactly(
            file + ":4: logg: there is no such key; did you mean log?",
            file + ":5: admin.sockett: there is no such key; did you mean socket?",
            file + ": 2 errors; it cannot be used");
  }

  @Test
  void aMissingFileShouldBe4() {
    Path file = folder.resolve("none.conf");

    Ran ran = hybridtls("check-config", "-c", file.toString());

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).startsWith(file + ": there is no such file; ");
  }

  @Test
  void programsShouldGetOneObjectWithEveryProblem() throws Exception {
    Path file = write(VALID + "logg { }\n");

    Ran ran = hybridtls("check-config", "-c", file.toString(), "--json");

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.err()).isEmpty();
    assertThat(JSON.std.mapFrom(ran.out()))
        .isEqualTo(
            Map.of(
                "valid",
                false,
                "problems",
                List.of(
                    Map.of(
                        "severity", "error",
                        "file", file.toString(),
                        "line", 4,
                        "key", "logg",
                        "what", "there is no such key",
                        "remedy", "did you mean log?"))));
  }

  @Test
  void programsShouldGetOneObjectForAValidFileToo() throws Exception {
    assertThat(hybridtls("check-config", "-c", write(VALID).toString(), "--json").out())
        .isEqualToIgnoringNewLines("{\"valid\":true,\"problems\":[]}");
  }

  @Test
  void runShouldRefuseAnInvalidFileWith4() throws Exception {
    Path file = write(VALID + "logg { }\n");

    Ran ran = hybridtls("run", "-c", file.toString());

    assertThat(ran.exit()).isEqualTo(4);
    assertThat(ran.errLines())
        .containsExactly(
            file + ":4: logg: there is no such key; did you mean log?",
            "hybridtls: the configuration cannot be used; nothing was started or changed");
    assertThat(folder.resolve("state")).doesNotExist();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("test.conf"), text);
  }
}
