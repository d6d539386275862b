package io.hybridtls.agent.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a forced renewal would spend, and whether whoever asked for it still wants it.
 *
 * @param costs as the agent gives them, one a certificate
 */
record ForcedRenewal(List<JsonObject> costs) {

  /** Whether any of it deserves a second thought. */
  boolean isDoubtful() {
    return costs.stream()
        .anyMatch(
            cost -> !cost.isTrue("due") || cost.isTrue("exceeds") || cost.isTrue("nearly-spent"));
  }

  boolean exceedsALimit() {
    return costs.stream().anyMatch(cost -> cost.isTrue("exceeds"));
  }

  /**
   * Asks on a terminal; without one, refuses what the CA is bound to refuse.
   *
   * @return whether to go on
   * @throws CommandFailure when nobody can be asked, and a limit would be exceeded
   */
  boolean isWanted(Terminal terminal, boolean mayAsk, PrintWriter err) {
    if (mayAsk && terminal.isInteractive()) {
      if (!isDoubtful()) {
        return true;
      }
      lines().forEach(err::println);
      err.flush();
      return terminal.agrees("Renew all the same? [y/N] ");
    }
    if (exceedsALimit()) {
      lines().forEach(err::println);
      throw new CommandFailure(
          ExitCode.USAGE,
          "a limit of the CA would be exceeded, and nothing was done; --yes renews all the same");
    }
    return true;
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (JsonObject cost : costs) {
      String name = "   " + cost.text("certificate") + ": ";
      lines.add(name + (cost.isTrue("due") ? "due: " : "not due: ") + cost.text("decision"));
      for (String spent : cost.texts("spent")) {
        lines.add(name + "at issuer " + cost.text("issuer") + ", " + spent);
      }
    }
    return lines;
  }
}
