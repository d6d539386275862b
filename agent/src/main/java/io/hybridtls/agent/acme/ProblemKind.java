package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.toolbox.AcmeUtils;

/** What kind of refusal a problem document is (RFC 8555, section 6.7), its subproblems included. */
final class ProblemKind {

  /** What this CA does not want to certify, and another one may; names proved badly are not so. */
  private static final Set<String> POLICY =
      Set.of("rejectedIdentifier", "unsupportedIdentifier", "caa");

  private static final String ACME_TYPES = "urn:ietf:params:acme:error:";

  /** As in Let's Encrypt's refusals of names whose validation has failed for months. */
  private static final Pattern UNPAUSE = Pattern.compile("https://\\S*unpause\\S*[^\\s.,;)]");

  private ProblemKind() {}

  /**
   * @param byPolicy what {@link #isPolicy} says of all that was refused
   * @param unproved the names whose validation has failed
   */
  static IssuanceFailure refusal(String words, boolean byPolicy, List<String> unproved) {
    return byPolicy ? new NotOffered(words, unproved) : new Rejected(words, unproved);
  }

  /** Whether ACME defines its type; others come from whatever stands before the CA. */
  static boolean isOfAcme(Problem problem) {
    return ProblemText.type(problem).startsWith(ACME_TYPES);
  }

  static boolean isRateLimit(Problem problem) {
    return flatten(problem).anyMatch(each -> "rateLimited".equals(typeOf(each)));
  }

  /** Whether nothing but the CA's own policy stands against the request. */
  static boolean isPolicy(Problem problem) {
    return problem.getSubProblems().isEmpty()
        ? POLICY.contains(typeOf(problem))
        : problem.getSubProblems().stream().allMatch(ProblemKind::isPolicy);
  }

  /** The page where the pause of names is ended, when that is what the CA asks for. */
  static Optional<URI> unpausePage(Problem problem) {
    return flatten(problem)
        .flatMap(each -> each.getDetail().stream())
        .map(detail -> UNPAUSE.matcher(ProblemText.limited(detail)))
        .filter(Matcher::find)
        .map(Matcher::group)
        .findFirst()
        .flatMap(ProblemKind::uri);
  }

  private static Stream<Problem> flatten(Problem problem) {
    return Stream.concat(
        Stream.of(problem), problem.getSubProblems().stream().flatMap(ProblemKind::flatten));
  }

  /** The error, such as {@code badNonce}; {@code null} spelled out when it is none of ACME's. */
  static String typeOf(Problem problem) {
    return String.valueOf(AcmeUtils.stripErrorPrefix(ProblemText.type(problem)));
  }

  private static Optional<URI> uri(String text) {
    try {
      return Optional.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
