package io.hybridtls.smtp.bench;

/** What is measured, and how many times what Postfix does we want to do. */
enum Work {
  NEW_SESSIONS("new", "new TLS 1.3 STARTTLS sessions, ECDSA", 12),
  CLIENT_CERTIFICATES("mutual", "the same with client certificates verified", 8),
  RESUMED_SESSIONS("resumed", "resumed sessions", 3.5),
  ACCEPTED_MESSAGES("accepted", "messages accepted durably over STARTTLS", 15),
  RELAYED_MESSAGES("relayed", "messages accepted and relayed over mutual TLS", 12);

  private final String key;
  private final String description;
  private final double aim;

  Work(String key, String description, double aim) {
    this.key = key;
    this.description = description;
    this.aim = aim;
  }

  /** By which it is chosen. */
  String key() {
    return key;
  }

  String description() {
    return description;
  }

  /** The ratio to Postfix that is aimed at. */
  double aim() {
    return aim;
  }
}
