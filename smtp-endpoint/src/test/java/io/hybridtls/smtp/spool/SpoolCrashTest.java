package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hybridtls.smtp.spool.testing.MutableClock;
import io.hybridtls.smtp.spool.testing.TestSpool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that uses the spool, again and again, and looks for what it had accepted. */
class SpoolCrashTest {

  private static final int CRASHES = 6;
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  @TempDir Path temporary;
  private final Random random = new Random(20_261_123);
  private final Map<String, String> accepted = new HashMap<>();
  private final Set<String> settling = new HashSet<>();

  @Test
  void whatWasAcceptedShouldBeThereAfterAKillAtAnyMoment() throws Exception {
    for (int crash = 0; crash < CRASHES; crash++) {
      runAndKill(crash);

      assertThat(contentsById()).containsAllEntriesOf(withoutSettling());
    }
    assertThat(accepted).hasSizeGreaterThan(CRASHES * 100);
  }

  private void runAndKill(int crash) throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingSpool.class.getName(),
                temporary.toString(),
                "run" + crash)
            .redirectError(temporary.resolve("errors").toFile())
            .start();
    try (BufferedReader lines = victim.inputReader()) {
      int enough = 100 + random.nextInt(3_000);
      for (int read = 0; read < enough; read++) {
        record(lines.readLine());
      }
      assertThatExceptionOfType(SpoolException.class)
          .isThrownBy(() -> TestSpool.open(temporary, MutableClock.standard()))
          .withMessageContaining("in use by another process");
      victim.toHandle().destroyForcibly(); // leaves what it printed to be read
      lines.lines().forEach(this::recordIfWhole);
    } finally {
      victim.destroyForcibly().waitFor();
    }
  }

  private void record(String line) throws IOException {
    assertThat(line)
        .as(() -> "victim's output; its errors: " + errors())
        .isNotNull()
        .doesNotStartWith("bad");
    recordIfWhole(line);
  }

  /** The last line may have been cut off by the kill, before its full stop. */
  private void recordIfWhole(String line) {
    String[] words = line.split(" ", -1);
    if (!words[words.length - 1].equals(".")) {
      return;
    }
    if (words[0].equals("accepted") && words.length == 4) {
      accepted.put(words[1], words[2]);
    } else if (words[0].equals("settling") && words.length == 3) {
      settling.add(words[1]);
    }
  }

  private String errors() {
    try {
      return Files.readString(temporary.resolve("errors"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Map<String, String> withoutSettling() {
    return accepted.entrySet().stream()
        .filter(entry -> !settling.contains(entry.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** What the spool holds, each message with both of its recipients. */
  private Map<String, String> contentsById() throws Exception {
    Map<String, String> contents = new HashMap<>();
    try (MessageSpool spool = TestSpool.open(temporary, MutableClock.standard())) {
      for (LeasedMessage message : spool.lease(LATER, Integer.MAX_VALUE)) {
        assertThat(message.recipients()).hasSize(2);
        contents.put(message.id().toString(), TestSpool.content(spool, message.body()));
      }
    }
    return contents;
  }
}
