package io.hybridtls.agent.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** What a command printed, and how it ended. */
record Ran(int exit, String out, String err) {

  /** No terminal, and so nobody to ask. */
  static final Terminal NOBODY =
      new Terminal() {
        @Override
        public boolean isInteractive() {
          return false;
        }

        @Override
        public Optional<String> ask(String question) {
          return Optional.empty();
        }
      };

  /** Runs the command line as the program does, with nobody to ask. */
  static Ran hybridtls(String... arguments) {
    return hybridtls(NOBODY, arguments);
  }

  static Ran hybridtls(Terminal terminal, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        HybridTls.commandLine(terminal).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit = commandLine.execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  List<String> outLines() {
    return out.lines().toList();
  }

  List<String> errLines() {
    return err.lines().toList();
  }
}
