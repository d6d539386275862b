package io.hybridtls.agent.ratelimit;

import java.time.Duration;

/**
 * So many of something within so long a time, any stretch of that length. A CA that counts with a
 * bucket that fills again bit by bit grants at least as much.
 *
 * @param allowed at least 1
 */
public record RateLimit(Scope scope, int allowed, Duration period) {

  /** What is counted, and together with what. */
  public enum Scope {
    /** New orders of one account; renewals of the very same names are free. */
    ORDERS("orders", true),
    /** Certificates for one registered domain; renewals of the very same names are free. */
    CERTIFICATES_PER_DOMAIN("certificates for", false),
    /** Certificates for the very same names. */
    CERTIFICATES_PER_NAME_SET("certificates for exactly", false),
    /** Validations of one name that failed, by one account. */
    FAILED_VALIDATIONS("failed validations of", true);

    private final String words;
    private final boolean perAccount;

    Scope(String words, boolean perAccount) {
      this.words = words;
      this.perAccount = perAccount;
    }

    /** Whether each account has its own count, as against all accounts at the CA one together. */
    boolean isPerAccount() {
      return perAccount;
    }
  }

  public RateLimit {
    if (allowed < 1 || period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "a limit of " + allowed + " within " + period + " is none; write none instead");
    }
  }

  /** As in {@code 50 certificates for contoso.example within 7 days}. */
  String describe(String subject) {
    return (allowed + " " + scope.words + " " + subject).strip() + " within " + words(period);
  }

  private static String words(Duration period) {
    if (period.toHours() % 24 == 0) {
      return period.toDays() == 1 ? "1 day" : period.toDays() + " days";
    }
    if (period.toMinutes() % 60 == 0) {
      return period.toHours() == 1 ? "1 hour" : period.toHours() + " hours";
    }
    return period.toMinutes() + " minutes";
  }
}
