package io.hybridtls.agent.chain;

/** A chain that leads to no root; the message names the certificate that is missing. */
public final class IncompleteChainException extends Exception {

  private static final long serialVersionUID = 1L;

  IncompleteChainException(String message) {
    super(message);
  }
}
