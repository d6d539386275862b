package io.hybridtls.smtp.session;

/** What the connection does once the reply of a step is written. */
public sealed interface SessionEffect {

  /** Reads the next command. */
  record None() implements SessionEffect {}

  /**
   * Begins the TLS handshake as the server (RFC 3207). Octets that already arrived behind the
   * command must not be read: {@link SmtpSession#plainTextAfterStartTls} says what happens then.
   */
  record StartTls() implements SessionEffect {}

  /** Reads message data up to its end, stores it, and reports its fate to the session. */
  record ReceiveMessage(MailTransaction transaction) implements SessionEffect {}

  /** Closes the connection; commands that already arrived are not looked at. */
  record Close() implements SessionEffect {}
}
