package io.hybridtls.smtp.protocol;

/**
 * The path in MAIL or RCPT (RFC 5321, section 4.1.2) and what follows it.
 *
 * @param inner between the angle brackets
 * @param rest behind the closing bracket
 */
record PathSyntax(String inner, String rest) {

  /** RFC 5321, section 4.5.3.1.3: 256 octets, of which two are the angle brackets. */
  private static final int MAX_INNER = 254;

  private static final EnhancedStatus BAD_SENDER = EnhancedStatus.of("5.1.7");
  private static final EnhancedStatus BAD_RECIPIENT = EnhancedStatus.of("5.1.3");

  /**
   * Takes an argument apart.
   *
   * @param keyword {@code FROM:} or {@code TO:}
   * @param usage told to a client that wrote something else
   */
  static PathSyntax after(String keyword, String argument, String usage)
      throws SyntaxErrorException {
    int start = keyword.length();
    if (!argument.regionMatches(true, 0, keyword, 0, start)) {
      throw SyntaxErrorException.arguments("Syntax: " + usage);
    }
    if (argument.startsWith(" ", start)) {
      start++;
    }
    int end = argument.startsWith("<", start) ? closingBracket(argument, start + 1) : -1;
    if (end < 0) {
      throw SyntaxErrorException.arguments("Syntax: " + usage);
    }
    return new PathSyntax(argument.substring(start + 1, end), argument.substring(end + 1));
  }

  ReversePath reversePath() throws SyntaxErrorException {
    return inner.isEmpty()
        ? ReversePath.none()
        : ReversePath.of(mailbox(BAD_SENDER, "Bad sender address syntax"));
  }

  ForwardPath forwardPath() throws SyntaxErrorException {
    return inner.equalsIgnoreCase("postmaster")
        ? new ForwardPath.Postmaster()
        : new ForwardPath.Mailbox(mailbox(BAD_RECIPIENT, "Bad recipient address syntax"));
  }

  private EmailAddress mailbox(EnhancedStatus status, String problem) throws SyntaxErrorException {
    try {
      String mailbox = withoutSourceRoute();
      if (mailbox.length() > MAX_INNER) {
        throw new IllegalArgumentException("path too long");
      }
      return EmailAddress.of(mailbox);
    } catch (IllegalArgumentException e) {
      throw new SyntaxErrorException(SmtpReply.of(501, status, problem));
    }
  }

  /** Section 4.1.1.3 and appendix C: {@code @relay,@relay:} is accepted and ignored. */
  private String withoutSourceRoute() {
    if (!inner.startsWith("@")) {
      return inner;
    }
    int colon = routeEnd();
    for (String hop : inner.substring(0, colon).split(",", -1)) {
      if (!hop.startsWith("@")) {
        throw new IllegalArgumentException("not a source route");
      }
      EmailAddress.requireDomain(hop.substring(1));
    }
    return inner.substring(colon + 1);
  }

  private int routeEnd() {
    boolean literal = false;
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c == ':' && !literal) {
        return i;
      }
      literal = c == '[' || (literal && c != ']');
    }
    throw new IllegalArgumentException("source route without an end");
  }

  /** The first closing bracket outside a quoted string, or -1. */
  private static int closingBracket(String text, int from) {
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '>' && !quoted) {
        return i;
      }
    }
    return -1;
  }
}
