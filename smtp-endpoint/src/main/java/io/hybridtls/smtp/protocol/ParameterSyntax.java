package io.hybridtls.smtp.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** The ESMTP parameters of MAIL and RCPT (RFC 5321, section 4.1.2). */
final class ParameterSyntax {

  /** RFC 1870, section 5: a size has 1 to 20 digits. */
  private static final int MAX_SIZE_DIGITS = 20;

  /** Every number of so many digits fits a {@code long}. */
  private static final int MAX_LONG_DIGITS = 18;

  private ParameterSyntax() {}

  static MailParameters ofMail(String text) throws SyntaxErrorException {
    MailParameters parameters = MailParameters.none();
    Set<String> seen = new HashSet<>();
    for (String word : words(text)) {
      String keyword = keywordOf(word);
      String value = valueOf(word);
      if (!seen.add(keyword)) {
        throw SyntaxErrorException.arguments(keyword + " given twice");
      }
      parameters =
          switch (keyword) {
            case "SIZE" -> new MailParameters(OptionalLong.of(size(value)), parameters.body());
            case "BODY" -> new MailParameters(parameters.declaredSize(), body(value));
            default -> throw unsupported("MAIL", keyword);
          };
    }
    return parameters;
  }

  /** No extension that is offered gives RCPT a parameter. */
  static void ofRcpt(String text) throws SyntaxErrorException {
    for (String word : words(text)) {
      throw unsupported("RCPT", keywordOf(word));
    }
  }

  private static List<String> words(String text) throws SyntaxErrorException {
    if (text.isEmpty()) {
      return List.of();
    }
    if (!text.startsWith(" ")) {
      throw SyntaxErrorException.arguments("Parameters must follow the address after a space");
    }
    return List.of(text.strip().split(" +"));
  }

  private static String keywordOf(String word) throws SyntaxErrorException {
    int equals = word.indexOf('=');
    String keyword = equals < 0 ? word : word.substring(0, equals);
    boolean valid = keyword.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || c == '-');
    if (keyword.isEmpty() || keyword.startsWith("-") || !valid) {
      throw SyntaxErrorException.arguments("Syntax error in parameters");
    }
    return keyword.toUpperCase(Locale.ROOT);
  }

  private static String valueOf(String word) {
    return word.substring(word.indexOf('=') + 1);
  }

  private static long size(String value) throws SyntaxErrorException {
    boolean digits = !value.isEmpty() && value.chars().allMatch(Ascii::isDigit);
    if (!digits || value.length() > MAX_SIZE_DIGITS) {
      throw SyntaxErrorException.arguments("Syntax: SIZE=number-of-octets");
    }
    return value.length() <= MAX_LONG_DIGITS ? Long.parseLong(value) : Long.MAX_VALUE;
  }

  private static BodyEncoding body(String value) throws SyntaxErrorException {
    return BodyEncoding.of(value)
        .orElseThrow(() -> SyntaxErrorException.parameter("BODY is 7BIT or 8BITMIME here"));
  }

  private static SyntaxErrorException unsupported(String verb, String keyword) {
    return SyntaxErrorException.parameter("Unsupported parameter of " + verb + ": " + keyword);
  }
}
