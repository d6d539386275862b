package io.hybridtls.agent.activation;

import java.util.List;

/** Whether a generation may go live. */
public sealed interface Verdict {

  /** It may; each warning is a line for the operator, saying what will not work and what to do. */
  record Open(List<String> warnings) implements Verdict {
    public Open {
      warnings = List.copyOf(warnings);
    }
  }

  /** It must not: peers would refuse it. */
  record Closed(String reason) implements Verdict {}
}
