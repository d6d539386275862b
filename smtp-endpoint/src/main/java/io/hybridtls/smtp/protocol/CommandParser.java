package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/**
 * Reads one command line (RFC 5321, section 4.1). Verbs and keywords in any case; trailing white
 * space is ignored (section 4.1.1), and so is one space after {@code FROM:} or {@code TO:}, which
 * the grammar does not have but many clients send.
 *
 * <p>Any octets at all give a command: {@link SmtpCommand.Malformed} carries the reply to give.
 * Stateless; safe for any thread.
 */
public final class CommandParser {

  /** RFC 5321, section 4.5.3.1.2. */
  private static final int MAX_DOMAIN = 255;

  private static final SmtpReply NOT_A_COMMAND =
      SmtpReply.of(500, EnhancedStatus.of("5.5.2"), "Syntax error: this is not a command");

  /** RFC 6531, section 3.5, has a code of its own for either command. */
  private static final SmtpReply SENDER_NOT_ASCII =
      SmtpReply.of(550, EnhancedStatus.of("5.6.7"), "Address is not ASCII; SMTPUTF8 not offered");

  private static final SmtpReply RECIPIENT_NOT_ASCII =
      SmtpReply.of(553, EnhancedStatus.of("5.6.7"), "Address is not ASCII; SMTPUTF8 not offered");

  private CommandParser() {}

  /** Reads a command line, given without its CRLF. */
  public static SmtpCommand parse(byte[] line) {
    String text = new String(line, 0, lengthWithoutTrailingSpace(line), ISO_8859_1);
    int space = text.indexOf(' ');
    String verb = space < 0 ? text : text.substring(0, space);
    String argument = space < 0 ? "" : text.substring(space + 1).stripLeading();
    if (!isWord(verb) || text.chars().anyMatch(Ascii::isControl)) {
      return new SmtpCommand.Malformed(NOT_A_COMMAND);
    }
    try {
      return read(verb.toUpperCase(Locale.ROOT), argument);
    } catch (SyntaxErrorException e) {
      return new SmtpCommand.Malformed(e.reply());
    }
  }

  private static SmtpCommand read(String verb, String argument) throws SyntaxErrorException {
    return switch (verb) {
      case "HELO" -> new SmtpCommand.Helo(clientName(verb, argument));
      case "EHLO" -> new SmtpCommand.Ehlo(clientName(verb, argument));
      case "MAIL" -> mail(ascii(argument, SENDER_NOT_ASCII));
      case "RCPT" -> rcpt(ascii(argument, RECIPIENT_NOT_ASCII));
      case "DATA" -> alone(verb, argument, new SmtpCommand.Data());
      case "RSET" -> alone(verb, argument, new SmtpCommand.Rset());
      case "QUIT" -> alone(verb, argument, new SmtpCommand.Quit());
      case "STARTTLS" -> alone(verb, argument, new SmtpCommand.StartTls());
      case "NOOP" -> new SmtpCommand.Noop();
      case "HELP" -> new SmtpCommand.Help();
      case "VRFY" -> about(verb, argument, new SmtpCommand.Vrfy());
      case "EXPN" -> about(verb, argument, new SmtpCommand.Expn());
      default -> new SmtpCommand.Unknown(verb);
    };
  }

  private static SmtpCommand mail(String argument) throws SyntaxErrorException {
    PathSyntax path = PathSyntax.after("FROM:", argument, "MAIL FROM:<address>");
    ReversePath sender = path.reversePath();
    return new SmtpCommand.Mail(sender, ParameterSyntax.ofMail(path.rest()));
  }

  private static SmtpCommand rcpt(String argument) throws SyntaxErrorException {
    PathSyntax path = PathSyntax.after("TO:", argument, "RCPT TO:<address>");
    ForwardPath recipient = path.forwardPath();
    ParameterSyntax.ofRcpt(path.rest());
    return new SmtpCommand.Rcpt(recipient);
  }

  /**
   * The argument of HELO and EHLO. Names that are no domain are common and harmless (section 4.1.4
   * forbids refusing them for what they resolve to); characters that could not stand in a Received
   * field are not taken.
   */
  private static String clientName(String verb, String argument) throws SyntaxErrorException {
    boolean plain =
        argument.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || ".-_:[]".indexOf(c) >= 0);
    if (argument.isEmpty() || argument.length() > MAX_DOMAIN || !plain) {
      throw SyntaxErrorException.arguments("Syntax: " + verb + " name-of-client");
    }
    return argument;
  }

  private static SmtpCommand alone(String verb, String argument, SmtpCommand command)
      throws SyntaxErrorException {
    if (!argument.isEmpty()) {
      throw SyntaxErrorException.arguments(verb + " takes no argument");
    }
    return command;
  }

  private static SmtpCommand about(String verb, String argument, SmtpCommand command)
      throws SyntaxErrorException {
    if (argument.isEmpty()) {
      throw SyntaxErrorException.arguments("Syntax: " + verb + " text");
    }
    return command;
  }

  private static String ascii(String argument, SmtpReply refusal) throws SyntaxErrorException {
    if (argument.chars().anyMatch(c -> c > Ascii.MAX)) {
      throw new SyntaxErrorException(refusal);
    }
    return argument;
  }

  private static boolean isWord(String verb) {
    return !verb.isEmpty() && verb.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || c == '-');
  }

  private static int lengthWithoutTrailingSpace(byte[] line) {
    int length = line.length;
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t')) {
      length--;
    }
    return length;
  }
}
