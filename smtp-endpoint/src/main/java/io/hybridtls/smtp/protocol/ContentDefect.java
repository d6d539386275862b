package io.hybridtls.smtp.protocol;

/**
 * Why message data is refused once it has been read to its end. The reply is 554, transaction
 * failed (RFC 5321, section 4.3.2), with X.6.0, a problem with the content (RFC 3463, section 3.7);
 * and 552 5.3.4 for size (RFC 1870, section 6.3).
 */
public enum ContentDefect {
  /** CR without LF; RFC 5321, section 2.3.8, forbids it. */
  BARE_CR(554, "5.6.0", "Message refused: it has a bare CR; lines end with CRLF"),
  /** LF without CR; the same section, and what SMTP smuggling is made of (CVE-2023-51764). */
  BARE_LF(554, "5.6.0", "Message refused: it has a bare LF; lines end with CRLF"),
  /** The octet zero, which neither 7bit nor 8bit content has (RFC 2045, sections 2.7 and 2.8). */
  NUL(554, "5.6.0", "Message refused: it has a NUL octet"),
  /** A line longer than RFC 5321, section 4.5.3.1.6, allows. */
  LONG_LINE(554, "5.6.0", "Message refused: it has a line of more than 1000 octets"),
  /** More octets than the limit that was told with EHLO. */
  TOO_LARGE(552, "5.3.4", "Message refused: it is larger than the limit of this server");

  private final int code;
  private final String status;
  private final String text;

  ContentDefect(int code, String status, String text) {
    this.code = code;
    this.status = status;
    this.text = text;
  }

  /** What the client is told at the end of its data. */
  public SmtpReply reply() {
    return SmtpReply.of(code, EnhancedStatus.of(status), text);
  }
}
