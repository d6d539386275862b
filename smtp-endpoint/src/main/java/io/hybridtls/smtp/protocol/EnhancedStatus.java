package io.hybridtls.smtp.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An enhanced mail system status code (RFC 3463): class, subject and detail, as in {@code 4.3.2}.
 */
public record EnhancedStatus(int statusClass, int subject, int detail) {

  private static final Pattern SYNTAX = Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final Pattern IN_FRONT = Pattern.compile(SYNTAX + "(?= |$)");

  public EnhancedStatus {
    if ((statusClass != 2 && statusClass != 4 && statusClass != 5)
        || subject < 0
        || subject > 999
        || detail < 0
        || detail > 999) {
      throw new IllegalArgumentException(
          statusClass + "." + subject + "." + detail + " is not an enhanced status code");
    }
  }

  /** Reads {@code 4.3.2}. */
  public static EnhancedStatus of(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an enhanced status code");
    }
    return of(matcher);
  }

  /** The status code that the text of a reply begins with (RFC 2034, section 3), if it does. */
  static Optional<EnhancedStatus> inFrontOf(String text) {
    Matcher matcher = IN_FRONT.matcher(text);
    return matcher.lookingAt() ? Optional.of(of(matcher)) : Optional.empty();
  }

  private static EnhancedStatus of(Matcher matcher) {
    return new EnhancedStatus(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  @Override
  public String toString() {
    return statusClass + "." + subject + "." + detail;
  }
}
