package io.hybridtls.smtp.outbound;

/** Text of strangers made fit for a log line, a column of the spool and a bounce. */
public final class PrintableText {

  /** Longer text is cut; a reply that explains itself fits. */
  static final int MAX_LENGTH = 500;

  private PrintableText() {}

  /** Printable ASCII on one line, of at most 500 characters; anything else becomes {@code ?}. */
  public static String of(String text) {
    int length = Math.min(text.length(), MAX_LENGTH);
    int clean = 0;
    while (clean < length && isPrintable(text.charAt(clean))) {
      clean++;
    }
    if (clean == text.length()) {
      return text;
    }
    StringBuilder result = new StringBuilder(length + 1).append(text, 0, clean);
    for (int i = clean; i < length; i++) {
      result.append(isPrintable(text.charAt(i)) ? text.charAt(i) : '?');
    }
    return length < text.length() ? result.append("...").toString() : result.toString();
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c <= '~';
  }
}
