package io.hybridtls.agent.renewal;

import java.time.Instant;

/**
 * An order at the CA's staging directory failed, and nothing was asked of the CA itself.
 *
 * @param where it was rehearsed, and what was spared, for the operator
 * @param failure there
 */
public record AtRehearsal(String where, IssuanceFailure failure) implements IssuanceFailure {

  @Override
  public Instant retryAt(Instant now, int failures, Slack slack) {
    return failure.retryAt(now, failures, slack);
  }

  @Override
  public boolean anotherCaMayMend() {
    return failure.anotherCaMayMend();
  }

  @Override
  public boolean isDemandedByCa() {
    return failure.isDemandedByCa();
  }

  @Override
  public boolean isOfConfiguration() {
    return failure.isOfConfiguration();
  }

  @Override
  public String describe() {
    return where + ": " + failure.describe();
  }
}
