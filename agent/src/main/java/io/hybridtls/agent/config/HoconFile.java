package io.hybridtls.agent.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of a file: syntax, includes, substitutions. Knows no key. */
final class HoconFile {

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");

  /** The parser asks for a parenthesis where a brace is not closed. */
  private static final Pattern UNFINISHED =
      Pattern.compile("(here, not|instead had token): end of file");

  private static final Pattern SECRET = Pattern.compile("secret|password|hmac-key");

  private final Path file;
  private final Problems problems;
  private final SourceText source;

  HoconFile(Path file, Problems problems, SourceText source) {
    this.file = file;
    this.problems = problems;
    this.source = source;
  }

  /** The file's values; empty, with the problem reported, when it cannot be read. */
  Optional<ConfigObject> parse(Map<String, String> environment) {
    if (!isReadable()) {
      return Optional.empty();
    }
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults()
              .setAllowMissing(false)
              .setSyntax(ConfigSyntax.CONF)
              .setIncluder(new FileIncluder(file, problems, source));
      ConfigResolveOptions substitutions =
          ConfigResolveOptions.noSystem().appendResolver(new EnvironmentResolver(environment));
      return Optional.of(
          ConfigFactory.parseFile(file.toFile(), options).resolve(substitutions).root());
    } catch (ConfigException e) {
      report(e);
    } catch (RuntimeException | StackOverflowError e) {
      // The parser recurses, and trips over some texts that are not HOCON at all.
      error(whole(), "this is not a configuration", "correct it; the format is HOCON");
    }
    return Optional.empty();
  }

  private boolean isReadable() {
    if (!Files.exists(file)) {
      error(whole(), "there is no such file", "write it, or name another with --config");
    } else if (!Files.isRegularFile(file)) {
      error(whole(), "this is not a file", "name the configuration file itself");
    } else if (!Files.isReadable(file)) {
      error(whole(), "it cannot be read", "run chmod u+r " + file + " as its owner");
    } else {
      return true;
    }
    return false;
  }

  private void report(ConfigException failure) {
    String message = withoutPlace(failure);
    if (failure instanceof ConfigException.UnresolvedSubstitution) {
      reportSubstitution(failure, message);
    } else {
      reportSyntax(place(failure.origin()), message);
    }
  }

  private void reportSubstitution(ConfigException failure, String message) {
    Matcher substitution = SUBSTITUTION.matcher(message);
    String name = substitution.find() ? substitution.group() : "a substitution";
    if (message.contains("cycle")) {
      error(place(failure.origin()), name + " refers to itself", "write the value in one place");
      return;
    }
    error(
        place(failure.origin()),
        name + " has no value",
        "set that environment variable, or write "
            + name.replace("${", "${?")
            + " to go without the setting");
  }

  private void reportSyntax(Location at, String message) {
    if (UNFINISHED.matcher(message).find()) {
      error(at, "the file ends within { ... } or [ ... ]", "close what is still open");
      return;
    }
    // The parser quotes what it stumbled on; of a line with a secret nothing is repeated.
    boolean secret = SECRET.matcher(source.line(at)).find();
    error(
        at,
        secret ? "the syntax is wrong" : Shown.line(message),
        "correct the syntax here or just above");
  }

  private Location place(@Nullable ConfigOrigin origin) {
    if (origin == null || origin.filename() == null) {
      return whole();
    }
    return new Location(origin.filename(), Math.max(0, origin.lineNumber()));
  }

  private static String withoutPlace(ConfigException failure) {
    String message = String.valueOf(failure.getMessage());
    String place = failure.origin() == null ? "" : failure.origin().description() + ": ";
    return message.startsWith(place) ? message.substring(place.length()) : message;
  }

  private Location whole() {
    return new Location(file.toString(), 0);
  }

  private void error(Location at, String what, String remedy) {
    problems.error(at, "", what, remedy);
  }

  /** Gives substitutions the environment that was passed in, and no other. */
  private record EnvironmentResolver(Map<String, String> environment) implements ConfigResolver {
    @Override
    public @Nullable ConfigValue lookup(String path) {
      String value = environment.get(path);
      return value == null ? null : ConfigValueFactory.fromAnyRef(value, "environment");
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return this;
    }
  }
}
