package io.hybridtls.certstore.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link RequiresPeer}: run, skip with a reason, or fail. */
final class PeerCondition implements ExecutionCondition, BeforeAllCallback {

  /** Where a program's Debian package is not named like the program. */
  private static final Map<String, String> DEBIAN_PACKAGES =
      Map.of(
          "pebble-challtestsrv", "pebble",
          "dig", "bind9-dnsutils",
          "nsupdate", "bind9-dnsutils",
          "named", "bind9",
          "softhsm2-util", "softhsm2");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> missing = missing(context);
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("every peer is installed");
    }
    return required()
        ? ConditionEvaluationResult.enabled("a peer is missing where peers are required")
        : ConditionEvaluationResult.disabled(explain(missing));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    List<String> missing = missing(context);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(explain(missing) + " (interop=required)");
    }
  }

  private static boolean required() {
    return "required".equals(System.getProperty("interop"));
  }

  private static List<String> missing(ExtensionContext context) {
    RequiresPeer peers = context.getRequiredTestClass().getAnnotation(RequiresPeer.class);
    return peers == null
        ? List.of()
        : Arrays.stream(peers.value()).filter(name -> PeerProgram.find(name).isEmpty()).toList();
  }

  private static String explain(List<String> missing) {
    String packages =
        missing.stream()
            .map(name -> DEBIAN_PACKAGES.getOrDefault(name, name))
            .distinct()
            .collect(Collectors.joining(" "));
    return "not on the PATH: "
        + String.join(", ", missing)
        + "; on Debian: apt-get install "
        + packages;
  }
}
