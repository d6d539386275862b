package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the agent does next with a certificate.
 *
 * @param look when it looks at all certificates next; empty when it is not known
 */
record NextSteps(Explanation explanation, Optional<Instant> look) {

  List<String> inWords() {
    CertificateStatus status = explanation.status();
    if (status.underWay()) {
      return List.of("it is being issued now: " + status.journal().step().orElse("beginning"));
    }
    List<String> steps = new ArrayList<>();
    look.ifPresent(at -> steps.add("all certificates are looked at next at " + InWords.of(at)));
    if (explanation.issuers().isEmpty()) {
      steps.add(brought(status));
      return steps;
    }
    if (status.decision() instanceof NotDue && explanation.unfinished()) {
      steps.add(unfinished(status.journal()));
    } else if (status.decision() instanceof NotDue later) {
      steps.add("it becomes due at " + InWords.of(later.renewAt()) + ", if nothing changes before");
    } else if (status.journal().isWaiting(explanation.now())) {
      steps.add(waiting(status.journal()));
    } else {
      steps.add("it is issued at that look, because it is due");
    }
    steps.add(issuers());
    return steps;
  }

  private static String brought(CertificateStatus status) {
    if (status.decision() instanceof NotDue later) {
      return "nobody is asked for it; from "
          + InWords.of(later.renewAt())
          + " on you are told to bring another";
    }
    return status.decision().isDue()
        ? "what lies ready is taken at that look"
        : "nothing is attempted, since somebody has to bring it";
  }

  private String unfinished(JournalEntry journal) {
    return Decisions.UNFINISHED
        + (journal.isWaiting(explanation.now())
            ? ", and is taken up again after " + next(journal) + ", because " + failed(journal)
            : ", and is taken up again at that look");
  }

  private static String waiting(JournalEntry journal) {
    return "it is due, and the next attempt is made after "
        + next(journal)
        + ", because "
        + failed(journal);
  }

  private static String next(JournalEntry journal) {
    return journal.notBefore().map(InWords::of).orElse("the next look");
  }

  private static String failed(JournalEntry journal) {
    return (journal.failures() == 1 ? "the last one" : "the last " + journal.failures())
        + " failed: "
        + journal.failure().orElse("no reason was noted");
  }

  private String issuers() {
    List<String> resting = new ArrayList<>();
    for (IssuerStanding standing : explanation.issuers()) {
      if (standing.rest().isEmpty()) {
        return "issuer " + standing.issuer() + " is asked then" + passedOver(resting);
      }
      resting.add(standing.issuer());
    }
    return explanation.issuers().stream()
        .filter(standing -> standing.rest().filter(IssuerRest::binding).isEmpty())
        .findFirst()
        .map(last -> "issuer " + last.issuer() + " is asked then all the same: no other can be")
        .orElse("every issuer rests for now: " + String.join(", ", resting));
  }

  private static String passedOver(List<String> resting) {
    return resting.isEmpty() ? "" : ", unless " + String.join(" or ", resting) + " has recovered";
  }
}
