package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ConfigLoaderPropertiesTest {

  private static final String REFERENCE = read("hybridtls.conf").replaceAll("(?m)^\\s*# .*$", "");

  @Property(tries = 400)
  void noTextShouldMakeTheLoaderThrow(@ForAll String text) throws IOException {
    check(text);
  }

  @Property(tries = 400)
  void noTextOfTheFormatsOwnTokensShouldMakeTheLoaderThrow(@ForAll("hocon") String text)
      throws IOException {
    check(text);
  }

  @Property(tries = 400)
  void noDamageToARealFileShouldMakeTheLoaderThrow(@ForAll("damaged") String text)
      throws IOException {
    check(text);
  }

  @Provide
  Arbitrary<String> hocon() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            "=",
            ":",
            ",",
            "\n",
            "\"",
            "\"\"\"",
            "${?A}",
            "${",
            "#",
            "+=",
            "\\",
            "smtp",
            "listeners",
            "issuers",
            "type",
            "acme",
            "store",
            "secret",
            "file",
            "null",
            "true",
            "1",
            "-1.5e300",
            "5 minutes",
            "150 MiB",
            "include ",
            "\"x\"",
            ".",
            "*",
            " ")
        .list()
        .ofMaxSize(60)
        .map(tokens -> String.join("", tokens));
  }

  @Provide
  Arbitrary<String> damaged() {
    Arbitrary<Integer> place = Arbitraries.integers().between(0, REFERENCE.length());
    Arbitrary<Integer> length = Arbitraries.integers().between(0, 40);
    return Combinators.combine(place, length, hocon())
        .as(
            (at, cut, insert) ->
                REFERENCE.substring(0, at)
                    + insert
                    + REFERENCE.substring(Math.min(REFERENCE.length(), at + cut)));
  }

  private static void check(String text) throws IOException {
    Path folder = Files.createTempDirectory("config");
    Path file = Files.write(folder.resolve("any.conf"), text.getBytes(StandardCharsets.UTF_8));
    try {
      LoadedConfig loaded = new ConfigLoader(Map.of("A", "a")).load(file);

      assertThat(loaded.problems())
          .allSatisfy(
              problem -> {
                assertThat(problem.what()).isNotBlank();
                assertThat(problem.remedy()).isNotBlank();
                assertThat(problem.toString()).doesNotContain("\n");
              });
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  private static String read(String name) {
    try {
      return Files.readString(ConfigFiles.shipped(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
