package io.hybridtls.smtp.protocol;

/** Carries the reply to a command line that breaks the grammar up to {@link CommandParser}. */
final class SyntaxErrorException extends Exception {

  private static final EnhancedStatus INVALID_ARGUMENTS = EnhancedStatus.of("5.5.4");

  private final transient SmtpReply reply;

  SyntaxErrorException(SmtpReply reply) {
    // Thrown for what clients send, so it costs no stack trace.
    super(reply.toString(), null, false, false);
    this.reply = reply;
  }

  static SyntaxErrorException arguments(String text) {
    return new SyntaxErrorException(SmtpReply.of(501, INVALID_ARGUMENTS, text));
  }

  /** RFC 5321, section 4.1.1.11: a parameter that is not recognised or not implemented. */
  static SyntaxErrorException parameter(String text) {
    return new SyntaxErrorException(SmtpReply.of(555, INVALID_ARGUMENTS, text));
  }

  SmtpReply reply() {
    return reply;
  }
}
