package io.hybridtls.agent.est;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the ways in which a server lets clients show who they are, out of {@code WWW-Authenticate}
 * (RFC 9110, sections 11.2 and 11.6.1).
 *
 * @param scheme in lower case, such as {@code digest}
 * @param parameters by their names in lower case, without quotes
 */
record Challenge(String scheme, Map<String, String> parameters) {

  /** What is longer is no challenge that anybody would have written. */
  private static final int MAX_LENGTH = 4_096;

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** A scheme, or a parameter with its value: a token or a quoted string; then a comma or none. */
  private static final Pattern PART =
      Pattern.compile(
          "[\\s,]*("
              + TOKEN
              + ")(?:\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]*)))?(?=[\\s,]|$)");

  private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** All challenges in {@code fields}, in their order; what follows a syntax error is left out. */
  static List<Challenge> parse(List<String> fields) {
    return fields.stream()
        .filter(field -> field.length() <= MAX_LENGTH)
        .flatMap(field -> parse(field).stream())
        .toList();
  }

  Optional<String> find(String parameter) {
    return Optional.ofNullable(parameters.get(parameter));
  }

  private static List<Challenge> parse(String field) {
    List<Challenge> challenges = new ArrayList<>();
    Map<String, String> parameters = new LinkedHashMap<>();
    String scheme = "";
    Matcher part = PART.matcher(field);
    while (part.lookingAt()) {
      String name = part.group(1).toLowerCase(Locale.ROOT);
      String value = part.group(2) == null ? part.group(3) : unescaped(part.group(2));
      if (value == null) {
        add(scheme, parameters, challenges);
        scheme = name;
      } else {
        parameters.put(name, value);
      }
      part.region(part.end(), field.length());
    }
    add(scheme, parameters, challenges);
    return challenges;
  }

  private static void add(String scheme, Map<String, String> parameters, List<Challenge> to) {
    if (!scheme.isEmpty()) {
      to.add(new Challenge(scheme, parameters));
    }
    parameters.clear();
  }

  private static String unescaped(String quoted) {
    return ESCAPED.matcher(quoted).replaceAll("$1");
  }
}
