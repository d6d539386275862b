package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file in {@code broken} carries the problems it is expected to have, each after {@code #!}
 * on the very line where it is reported. The folder's own path reads FOLDER in them.
 */
class BrokenConfigurationsTest {

  private static final String MARK = "#! ";

  static Stream<Path> files() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(BrokenConfigurationsTest.class.getResource("broken"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyProblemShouldBeReportedAtOnceWithItsLine(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    LoadedConfig loaded = new ConfigLoader(Map.of()).load(file);

    assertThat(loaded.config()).isEmpty();
    assertThat(loaded.problems())
        .extracting(
            problem -> problem.toString().replace(String.valueOf(file.getParent()), "FOLDER"))
        .containsExactlyInAnyOrderElementsOf(expectedIn(file));
  }

  private static List<String> expectedIn(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] parts = lines.get(i).split(MARK, -1);
      for (int j = 1; j < parts.length; j++) {
        expected.add("FOLDER/" + file.getFileName() + ":" + (i + 1) + ": " + parts[j].strip());
      }
    }
    assertThat(expected).as("problems named in " + file).isNotEmpty();
    return expected;
  }
}
