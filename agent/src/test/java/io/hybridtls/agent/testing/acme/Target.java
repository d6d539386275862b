package io.hybridtls.agent.testing.acme;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a path leads to: {@code [prefix]/segment[/name]}.
 *
 * @param prefix empty, or with a slash before it
 * @param name of one resource of the kind; empty where there is only one
 */
record Target(String path, String prefix, RequestKind kind, String name) {

  private static final Pattern PATH = Pattern.compile("(/v[0-9])?/([a-z-]+)(?:/([^/?]*))?");

  static Optional<Target> of(String path) {
    Matcher parts = PATH.matcher(path);
    return parts.matches()
        ? RequestKind.of(parts.group(2))
            .map(kind -> new Target(path, text(parts.group(1)), kind, text(parts.group(3))))
        : Optional.empty();
  }

  int number() {
    return name.matches("[0-9]{1,9}") ? Integer.parseInt(name) : 0;
  }

  private static String text(@Nullable String group) {
    return group == null ? "" : group;
  }
}
