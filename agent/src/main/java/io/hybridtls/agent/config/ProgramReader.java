package io.hybridtls.agent.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a program and its arguments, and sees that there is such a program: by its path, or, as a
 * shell would find it, by its name in the PATH.
 */
final class ProgramReader implements ValueReader<List<String>> {

  private static final ValueReader<List<String>> WORDS =
      Readers.wordsOf(Readers.text("[\"/etc/hybridtls/dns-hook\"]"));

  @Override
  public List<String> read(ConfigValue value, Surroundings around) throws UnreadableValueException {
    List<String> words = new ArrayList<>(WORDS.read(value, around));
    if (!words.isEmpty()) {
      ConfigValue first = value instanceof ConfigList list ? list.get(0) : value;
      words.set(0, program(first, words.get(0), around));
    }
    return List.copyOf(words);
  }

  private static String program(ConfigValue value, String written, Surroundings around)
      throws UnreadableValueException {
    if (!written.contains(File.separator)) {
      return inPath(written, around)
          .orElseThrow(
              () ->
                  new UnreadableValueException(
                      value,
                      "there is no program " + Shown.text(written) + " in the PATH",
                      "write its whole path"));
    }
    Path program = FileReaders.path("\"/etc/hybridtls/dns-hook\"").read(value, around);
    FileReaders.requireReadable(value, program);
    if (!Files.isExecutable(program)) {
      throw new UnreadableValueException(
          value, program + " cannot be executed", "run chmod u+x " + program + " as its owner");
    }
    return program.toString();
  }

  private static Optional<String> inPath(String name, Surroundings around) {
    String path = around.environment().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
        .map(Path::toString)
        .findFirst();
  }
}
