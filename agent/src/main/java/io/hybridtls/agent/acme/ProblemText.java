package io.hybridtls.agent.acme;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.toolbox.JSON.Value;

/**
 * A problem document (RFC 7807; RFC 8555, section 6.7) in one line: its type, the CA's own words,
 * and the same for each subproblem with the name that it is about.
 */
final class ProblemText {

  private static final int MAX_LENGTH = 2_000;

  private ProblemText() {}

  static String of(Problem problem) {
    return shown(describe(problem));
  }

  /** What others have written, such as the records of a name, in one line. */
  static String shown(List<String> texts) {
    return shown(texts.toString());
  }

  /** {@code text}, which may quote the whole of an answer, in one line. */
  static String shown(String text) {
    return limited(printable(text));
  }

  /** {@code line} as far as anybody would read it. */
  static String limited(String line) {
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }

  /** {@code text} without control characters, which have no business in a log or on a terminal. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private static String describe(Problem problem) {
    List<String> parts = new ArrayList<>();
    problem
        .getIdentifier()
        .ifPresent(identifier -> parts.add(identifier.toMap().get("value") + ""));
    parts.add(type(problem));
    problem.getDetail().or(problem::getTitle).ifPresent(parts::add);
    String line = String.join(": ", parts);
    return problem.getSubProblems().isEmpty()
        ? line
        : line
            + problem.getSubProblems().stream()
                .map(ProblemText::describe)
                .collect(Collectors.joining("; ", " (", ")"));
  }

  /** As sent; a problem without one is {@code about:blank} (RFC 7807, section 4.2). */
  static String type(Problem problem) {
    return problem.asJSON().get("type").map(Value::asString).orElse("about:blank");
  }
}
