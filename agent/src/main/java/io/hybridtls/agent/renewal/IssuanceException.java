package io.hybridtls.agent.renewal;

/** An issuance that failed; {@link #failure()} says how, and so when to try again. */
public final class IssuanceException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient IssuanceFailure failure;

  public IssuanceException(IssuanceFailure failure) {
    super(failure.describe());
    this.failure = failure;
  }

  public IssuanceException(IssuanceFailure failure, Throwable cause) {
    super(failure.describe(), cause);
    this.failure = failure;
  }

  public IssuanceFailure failure() {
    return failure;
  }
}
