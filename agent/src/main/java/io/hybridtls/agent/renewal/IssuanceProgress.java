package io.hybridtls.agent.renewal;

/** Told of each step of an issuance as it begins, in words for the operator. */
@FunctionalInterface
public interface IssuanceProgress {

  void step(String description);
}
