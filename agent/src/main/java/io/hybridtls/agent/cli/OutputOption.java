package io.hybridtls.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Whether a person or a program reads the output. A program reads one JSON object, also when a
 * command fails: then with {@code exit} and {@code error}.
 */
final class OutputOption {

  private static final String NAME = "--json";

  @Option(names = NAME, description = "print one JSON object, for programs")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Whether a program reads the output of {@code arguments}, which need not be right. */
  static boolean isIn(List<String> arguments) {
    return arguments.contains(NAME);
  }

  /** Prints a failure as the answers of the agent have it. */
  static void printFailure(PrintWriter out, int exitCode, String error) {
    Map<String, Object> failure = new LinkedHashMap<>();
    failure.put("exit", exitCode);
    failure.put("error", error);
    print(out, failure);
  }

  /** Prints one object on one line. */
  static void print(PrintWriter out, Map<String, ?> object) {
    try {
      out.println(JSON.std.asString(object));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
