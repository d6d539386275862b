package io.hybridtls.certstore.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link RequiresPeer}: run, skip with a reason, or fail. */
final class PeerCondition implements ExecutionCondition, BeforeAllCallback {

  private static final String INSTALL = "on Debian: apt-get install ";

  /** Where a program's Debian package is not named like the program. */
  private static final Map<String, String> DEBIAN_PACKAGES =
      Map.of(
          "pebble-challtestsrv", "pebble",
          "dig", "bind9-dnsutils",
          "nsupdate", "bind9-dnsutils",
          "named", "bind9",
          "softhsm2-util", "softhsm2");

  /** Programs that Debian does not have. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "pebble-newest",
          newest("pebble"),
          "pebble-challtestsrv-newest",
          newest("pebble-challtestsrv"),
          "step-ca",
          "CGO_ENABLED=0 go install github.com/smallstep/certificates/cmd/step-ca@v0.30.2");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> missing = missing(context);
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("every peer is installed");
    }
    return isRequired(missing)
        ? ConditionEvaluationResult.enabled("a peer is missing where peers are required")
        : ConditionEvaluationResult.disabled(explain(missing));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    List<String> missing = missing(context);
    if (isRequired(missing)) {
      throw new IllegalStateException(explain(missing) + " (interop=required)");
    }
  }

  /** By {@code required}, save those that are named after it, each with a minus. */
  private static boolean isRequired(List<String> missing) {
    List<String> words = List.of(System.getProperty("interop", "").split(","));
    return words.contains("required")
        && missing.stream().anyMatch(name -> !words.contains("-" + name));
  }

  private static List<String> missing(ExtensionContext context) {
    RequiresPeer peers = context.getRequiredTestClass().getAnnotation(RequiresPeer.class);
    return peers == null
        ? List.of()
        : Arrays.stream(peers.value()).filter(name -> PeerProgram.find(name).isEmpty()).toList();
  }

  private static String newest(String program) {
    return "go install github.com/letsencrypt/pebble/v2/cmd/"
        + program
        + "@v2.10.1, and link it as "
        + program
        + "-newest";
  }

  private static String explain(List<String> missing) {
    String packages =
        missing.stream()
            .filter(name -> !ELSEWHERE.containsKey(name))
            .map(name -> DEBIAN_PACKAGES.getOrDefault(name, name))
            .distinct()
            .collect(Collectors.joining(" "));
    String remedies =
        Stream.concat(
                Stream.of(packages).filter(text -> !text.isEmpty()).map(INSTALL::concat),
                missing.stream().filter(ELSEWHERE::containsKey).map(ELSEWHERE::get))
            .collect(Collectors.joining("; "));
    return "not on the PATH: " + String.join(", ", missing) + "; " + remedies;
  }
}
