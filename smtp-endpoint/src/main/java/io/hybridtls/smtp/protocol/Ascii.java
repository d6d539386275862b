package io.hybridtls.smtp.protocol;

/** Classes of ASCII characters that the grammar of RFC 5321 is made of. */
final class Ascii {

  static final int MAX = 127;
  private static final String ATEXT_MARKS = "!#$%&'*+-/=?^_`{|}~";

  private Ascii() {}

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
  }

  /** {@code atext} of RFC 5322, section 3.2.3. */
  static boolean isAtomText(int c) {
    return isLetterOrDigit(c) || ATEXT_MARKS.indexOf(c) >= 0;
  }

  static boolean isPrintable(int c) {
    return c >= ' ' && c < MAX;
  }

  static boolean isControl(int c) {
    return c < ' ' || c == MAX;
  }

  /** The text with a question mark for whatever cannot stand in a line of the protocol. */
  static String printable(String text) {
    if (text.chars().allMatch(Ascii::isPrintable)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.chars().forEach(c -> clean.append(isPrintable(c) ? (char) c : '?'));
    return clean.toString();
  }
}
