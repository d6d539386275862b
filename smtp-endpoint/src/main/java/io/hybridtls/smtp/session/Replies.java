package io.hybridtls.smtp.session;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.SmtpReply;

/**
 * What the session says. Codes are those that RFC 5321, section 4.3.2, lists for the command, with
 * the status of RFC 3463 that fits.
 */
final class Replies {

  static final SmtpReply OK = reply(250, "2.0.0", "Ok");
  static final SmtpReply SENDER_OK = reply(250, "2.1.0", "Ok");
  static final SmtpReply RECIPIENT_OK = reply(250, "2.1.5", "Ok");
  static final SmtpReply START_DATA = SmtpReply.of(354, "End data with <CR><LF>.<CR><LF>");
  static final SmtpReply READY_FOR_TLS = reply(220, "2.0.0", "Ready to start TLS");
  static final SmtpReply HELP =
      reply(
          214,
          "2.0.0",
          "Commands: HELO EHLO STARTTLS MAIL RCPT DATA RSET NOOP VRFY HELP QUIT",
          "See RFC 5321");

  /** RFC 5321, section 3.5.3: neither confirms nor denies. */
  static final SmtpReply NOT_VERIFIED =
      reply(252, "2.5.0", "Cannot verify, but will take mail for whom it may be for");

  static final SmtpReply NOT_IMPLEMENTED = reply(502, "5.5.1", "Command not implemented");
  static final SmtpReply NOT_RECOGNISED = reply(500, "5.5.2", "Command not recognised");
  static final SmtpReply LINE_TOO_LONG = reply(500, "5.5.2", "Line too long");
  static final SmtpReply BAD_LINE_END =
      reply(500, "5.5.2", "Command lines end with CRLF and have no other CR or LF");

  static final SmtpReply HELLO_FIRST = reply(503, "5.5.1", "Send HELO or EHLO first");
  static final SmtpReply NESTED_MAIL = reply(503, "5.5.1", "Sender already given; RSET first");
  static final SmtpReply MAIL_FIRST = reply(503, "5.5.1", "Send MAIL first");
  static final SmtpReply NO_RECIPIENTS = reply(554, "5.5.1", "No valid recipients");
  static final SmtpReply TOO_MANY_RECIPIENTS =
      reply(452, "4.5.3", "Too many recipients; send the rest in another transaction");

  static final SmtpReply TLS_NOT_OFFERED = reply(502, "5.5.1", "STARTTLS is not offered here");
  static final SmtpReply TLS_ACTIVE = reply(503, "5.5.1", "TLS is already active");

  /** RFC 3207, section 4. */
  static final SmtpReply TLS_UNAVAILABLE =
      reply(454, "4.7.0", "TLS not available due to temporary reason");

  /** RFC 3207, section 4. */
  static final SmtpReply TLS_FIRST = reply(530, "5.7.0", "Must issue a STARTTLS command first");

  /** RFC 3207, section 4.1: refused for lack of security after the handshake. */
  static final SmtpReply CERTIFICATE_REQUIRED =
      reply(554, "5.7.0", "Refused: this server takes mail only from verified client certificates");

  static final SmtpReply PLAIN_TEXT_AFTER_STARTTLS =
      reply(503, "5.5.1", "Nothing may follow STARTTLS before the handshake");
  static final SmtpReply ROUTING_LOOP =
      reply(554, "5.4.6", "Message refused: too many hops, it is in a routing loop");
  static final SmtpReply NOT_WEB = reply(421, "4.7.0", "This is a mail server");

  private Replies() {}

  static SmtpReply greeting(DnsName hostname) {
    return SmtpReply.of(220, hostname + " ESMTP HybridTLS");
  }

  static SmtpReply closing(DnsName hostname) {
    return reply(221, "2.0.0", hostname + " closing connection");
  }

  static SmtpReply queued(String queueId) {
    return reply(250, "2.0.0", "Ok: queued as " + queueId);
  }

  static SmtpReply tooLarge(long limit) {
    return reply(552, "5.3.4", "Message larger than the limit of " + limit + " octets");
  }

  static SmtpReply tooManyErrors(DnsName hostname) {
    return reply(421, "4.7.0", hostname + " too many errors, closing connection");
  }

  static SmtpReply timeout(DnsName hostname) {
    return reply(421, "4.4.2", hostname + " timeout, closing connection");
  }

  static SmtpReply shuttingDown(DnsName hostname) {
    return reply(421, "4.3.2", hostname + " shutting down, closing connection");
  }

  private static SmtpReply reply(int code, String status, String... lines) {
    return SmtpReply.of(code, EnhancedStatus.of(status), lines);
  }
}
