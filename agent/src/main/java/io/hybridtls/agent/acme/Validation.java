package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.exception.AcmeException;

/**
 * Proves an order's names (RFC 8555, section 7.5): all answers are put in place before the first is
 * waited for, and all challenges are triggered before the first result is asked for, so that the
 * DNS spreads them and the CA checks them side by side. The answers are taken away however it ends.
 */
final class Validation {

  private final ChallengeSolver solver;
  private final URL account;
  private final Polling polling;
  private final IssuanceProgress progress;

  Validation(ChallengeSolver solver, URL account, Polling polling, IssuanceProgress progress) {
    this.solver = solver;
    this.account = account;
    this.polling = polling;
    this.progress = progress;
  }

  void prove(Order order) throws AcmeException, IssuanceException {
    Map<Authorization, PresentedChallenge> presented = new LinkedHashMap<>();
    try {
      for (Authorization authorization : order.getAuthorizations()) {
        authorization.fetch();
        if (authorization.getStatus() != Status.VALID) {
          presented.put(authorization, present(authorization));
        }
      }
      for (PresentedChallenge each : presented.values()) {
        each.awaitVisible();
      }
      for (Map.Entry<Authorization, PresentedChallenge> each : presented.entrySet()) {
        progress.step(solver.type() + " challenge for " + nameOf(each.getKey()));
        each.getValue().challenge().trigger();
      }
      awaitAll(List.copyOf(presented.keySet()));
    } finally {
      presented.values().forEach(PresentedChallenge::close);
    }
  }

  private PresentedChallenge present(Authorization authorization) throws IssuanceException {
    String name = nameOf(authorization);
    if (authorization.getStatus() != Status.PENDING) {
      throw new IssuanceException(
          ProblemKind.refusal(
              name + ": " + reason(authorization),
              problem(authorization).filter(ProblemKind::isPolicy).isPresent()));
    }
    return solver
        .present(authorization, account)
        .orElseThrow(
            () ->
                refused(
                    name
                        + ": no "
                        + solver.type()
                        + " challenge, only "
                        + authorization.getChallenges().stream()
                            .map(Challenge::getType)
                            .collect(Collectors.joining(", "))));
  }

  /** Waits for every name, so that the operator is told of all that is wrong at once. */
  private void awaitAll(List<Authorization> authorizations)
      throws AcmeException, IssuanceException {
    List<String> problems = new ArrayList<>();
    boolean byPolicy = true;
    for (Authorization authorization : authorizations) {
      String name = nameOf(authorization);
      Status status = polling.decided(authorization, "the validation of " + name);
      if (status != Status.VALID) {
        problems.add(name + ": " + reason(authorization));
        byPolicy &= problem(authorization).filter(ProblemKind::isPolicy).isPresent();
      }
    }
    if (!problems.isEmpty()) {
      throw new IssuanceException(ProblemKind.refusal(String.join("; ", problems), byPolicy));
    }
  }

  private static String reason(Authorization authorization) {
    return problem(authorization)
        .map(ProblemText::of)
        .orElseGet(() -> "the authorization is " + Polling.word(authorization.getStatus()));
  }

  private static Optional<Problem> problem(Authorization authorization) {
    return authorization.getChallenges().stream()
        .flatMap(challenge -> challenge.getError().stream())
        .findFirst();
  }

  private static String nameOf(Authorization authorization) {
    return authorization.getIdentifier().getValue();
  }

  private static IssuanceException refused(String problem) {
    return new IssuanceException(new Rejected(problem));
  }
}
