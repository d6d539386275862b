package io.hybridtls.agent.acme.dns;

import java.net.PortUnreachableException;

/** What an exception says, when it says anything. */
final class Words {

  private Words() {}

  static String of(Throwable thrown) {
    if (thrown instanceof PortUnreachableException) {
      return "nothing listens there";
    }
    String message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
