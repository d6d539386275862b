package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
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

  /** So that no two orders wait for each other, where each has what the other needs. */
  private static final Comparator<Authorization> BY_NAME =
      Comparator.comparing(each -> each.getIdentifier().getValue());

  private final OrderedNames ordered;
  private final ChallengeSolver solver;
  private final URL account;
  private final Polling polling;
  private final IssuanceProgress progress;

  Validation(
      OrderedNames ordered,
      ChallengeSolver solver,
      URL account,
      Polling polling,
      IssuanceProgress progress) {
    this.ordered = ordered;
    this.solver = solver;
    this.account = account;
    this.polling = polling;
    this.progress = progress;
  }

  void prove(Order order) throws AcmeException, IssuanceException {
    List<Authorization> open = open(order);
    Map<Authorization, PresentedChallenge> presented = new LinkedHashMap<>();
    try {
      for (Authorization each : open) {
        presented.put(each, present(each));
      }
      for (PresentedChallenge each : presented.values()) {
        each.awaitVisible();
      }
      polling.startOver(); // what it took to put the answers in place was not the CA's time
      for (Map.Entry<Authorization, PresentedChallenge> each : presented.entrySet()) {
        polling.requireTime("to begin the validation");
        progress.step(solver.type() + " challenge for " + nameOf(each.getKey()));
        each.getValue().challenge().trigger();
      }
      awaitAll(open);
    } finally {
      presented.values().forEach(PresentedChallenge::close);
    }
  }

  /** The authorizations that are not proved yet. */
  private List<Authorization> open(Order order) throws AcmeException, IssuanceException {
    List<Authorization> open = new ArrayList<>();
    for (Authorization authorization : order.getAuthorizations()) {
      polling.requireTime("to say what is to be proved");
      authorization.fetch();
      if (authorization.getStatus() != Status.VALID) {
        open.add(authorization);
      }
    }
    open.sort(BY_NAME);
    return open;
  }

  private PresentedChallenge present(Authorization authorization) throws IssuanceException {
    String name = nameOf(authorization);
    if (authorization.getStatus() != Status.PENDING) {
      throw new IssuanceException(
          ProblemKind.refusal(
              name + ": " + reason(authorization),
              problem(authorization).filter(ProblemKind::isPolicy).isPresent(),
              List.of()));
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
                            .map(ProblemText::printable)
                            .collect(Collectors.joining(", "))));
  }

  /** Waits for every name, so that the operator is told of all that is wrong at once. */
  private void awaitAll(List<Authorization> authorizations)
      throws AcmeException, IssuanceException {
    List<String> problems = new ArrayList<>();
    List<String> unproved = new ArrayList<>();
    boolean byPolicy = true;
    for (Authorization authorization : authorizations) {
      String name = nameOf(authorization);
      Status status = polling.decided(authorization, "the validation of " + name);
      if (status != Status.VALID) {
        problems.add(name + ": " + reason(authorization));
        unproved.addAll(ordered.provedBy(authorization));
        byPolicy &= problem(authorization).filter(ProblemKind::isPolicy).isPresent();
      }
    }
    if (!problems.isEmpty()) {
      throw new IssuanceException(
          ProblemKind.refusal(String.join("; ", problems), byPolicy, unproved));
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

  /** What it stands for in the order; what was not ordered is not proved to anybody. */
  private String nameOf(Authorization authorization) throws IssuanceException {
    List<String> names = ordered.provedBy(authorization);
    if (names.isEmpty()) {
      throw refused(
          "the CA wants to see "
              + ProblemText.printable(authorization.getIdentifier().getValue())
              + " proved, which was not ordered");
    }
    return String.join(", ", names);
  }

  private static IssuanceException refused(String problem) {
    return new IssuanceException(new Rejected(problem));
  }
}
