package io.hybridtls.agent.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The lines of the files that were read, to say where a value stands when the parser no longer
 * knows: what comes from the environment, or is put together from several places, has no line of
 * its own.
 */
final class SourceText {

  private final Map<String, List<String>> files = new HashMap<>();

  /** Where {@code value}, which is the value of {@code key} within {@code around}, is written. */
  Location locate(String key, ConfigValue value, Location around) {
    return known(value)
        .or(() -> find(around, line -> assigns(line, key)))
        .or(() -> firstChild(value))
        .orElse(around);
  }

  /** The first line of {@code file} that includes {@code included}. */
  Optional<Location> including(String file, String included) {
    return find(new Location(file, 1), line -> line.contains("include") && line.contains(included));
  }

  /** The text of one line; empty when there is no such line. */
  String line(Location at) {
    List<String> lines = lines(at.file());
    return at.line() >= 1 && at.line() <= lines.size() ? lines.get(at.line() - 1) : "";
  }

  private static Optional<Location> known(ConfigValue value) {
    ConfigOrigin origin = value.origin();
    return origin.filename() == null || origin.lineNumber() < 1
        ? Optional.empty()
        : Optional.of(new Location(origin.filename(), origin.lineNumber()));
  }

  private static Optional<Location> firstChild(ConfigValue value) {
    return value instanceof ConfigObject object
        ? object.values().stream().flatMap(child -> known(child).stream()).findFirst()
        : Optional.empty();
  }

  private Optional<Location> find(Location from, Predicate<String> wanted) {
    List<String> lines = lines(from.file());
    for (int i = Math.max(0, from.line() - 1); i < lines.size(); i++) {
      if (wanted.test(lines.get(i))) {
        return Optional.of(new Location(from.file(), i + 1));
      }
    }
    return Optional.empty();
  }

  private static boolean assigns(String line, String key) {
    return Pattern.compile("(^|[\\s\".{,])" + Pattern.quote(key) + "\"?\\s*(=|:|\\+=|\\{)")
        .matcher(line)
        .find();
  }

  private List<String> lines(String file) {
    return files.computeIfAbsent(file, SourceText::read);
  }

  private static List<String> read(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      return List.of(); // without its text, a problem is reported at the section around it
    }
  }
}
