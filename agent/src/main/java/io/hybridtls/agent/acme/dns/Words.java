package io.hybridtls.agent.acme.dns;

/** What an exception says, when it says anything. */
final class Words {

  private Words() {}

  static String of(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
