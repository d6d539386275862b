package io.hybridtls.agent.activation;

/** What one listener was seen to present after a swap. */
public sealed interface Proof {

  /** The new certificate. */
  record Verified(String listener, String serial) implements Proof {
    @Override
    public boolean isVerified() {
      return true;
    }

    @Override
    public String describe() {
      return "listener " + listener + " presents serial " + serial;
    }
  }

  /** Another certificate. */
  record Mismatch(String listener, String expectedSerial, String shownSerial) implements Proof {
    @Override
    public String describe() {
      return "listener "
          + listener
          + " presents serial "
          + shownSerial
          + " instead of "
          + expectedSerial;
    }
  }

  /** None: no handshake came about. */
  record Unanswered(String listener, String reason) implements Proof {
    @Override
    public String describe() {
      return "listener " + listener + " could not be asked for its certificate: " + reason;
    }
  }

  /** As configured. */
  String listener();

  /** Whether the listener presents what it should. */
  default boolean isVerified() {
    return false;
  }

  /** One line for the operator. */
  String describe();
}
