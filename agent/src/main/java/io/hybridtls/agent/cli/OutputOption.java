package io.hybridtls.agent.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import picocli.CommandLine.Option;

/** Whether a person or a program reads the output. */
final class OutputOption {

  @Option(names = "--json", description = "print one JSON object, for programs")
  private boolean json;

  boolean json() {
    return json;
  }

  /** Prints one object on one line. */
  void print(PrintWriter out, Map<String, ?> object) {
    try {
      out.println(JSON.std.asString(object));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
