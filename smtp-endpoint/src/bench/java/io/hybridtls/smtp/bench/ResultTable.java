package io.hybridtls.smtp.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rates of each round, and a table of their medians. */
final class ResultTable {

  private static final String ROW = "%-46s %10s %13s %8s %6s%n";

  private final Map<Work, Map<String, List<Double>>> rates = new EnumMap<>(Work.class);

  void add(Work work, String server, double rate) {
    rates
        .computeIfAbsent(work, w -> new LinkedHashMap<>())
        .computeIfAbsent(server, s -> new ArrayList<>())
        .add(rate);
  }

  /** One line for each kind of work; what was not measured is a dash. */
  void print(PrintStream out) {
    out.println();
    out.printf(ROW, "work", "Postfix/s", "HybridTLS/s", "ratio", "aim");
    rates.forEach(
        (work, servers) -> {
          double postfix = median(servers.getOrDefault("Postfix", List.of()));
          double ours = median(servers.getOrDefault("HybridTLS", List.of()));
          out.printf(
              ROW,
              work.description(),
              number("%,.0f", postfix),
              number("%,.0f", ours),
              number("%.1fx", ours / postfix),
              number("%.1fx", work.aim()));
        });
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
  }

  /** Not a number when there is none. */
  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
