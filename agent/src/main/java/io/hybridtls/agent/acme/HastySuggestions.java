package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.model.HeldCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Suggestions to renew what was only just issued. Once, that is a revocation to come; again and
 * again, it is a CA whose renewal information is broken, and each renewal would lead to the next,
 * which no limit of the CA ends. Forgotten when the agent stops. Safe for any thread.
 */
final class HastySuggestions {

  private static final int FOLLOWED_AT_ONCE = 3;

  /** Of the lifetime: a certificate is new for one such part, and for no longer than a day. */
  private static final int NEW_PART = 10;

  private static final Duration LONGEST_NEW = Duration.ofDays(1);

  private final Map<String, Streak> streaks = new ConcurrentHashMap<>();

  /** How many in a row, up to the certificate {@code last}. */
  private record Streak(int times, String last) {

    Streak with(HeldCertificate certificate) {
      String next = certificate.fingerprint();
      return next.equals(last) ? this : new Streak(times + 1, next);
    }
  }

  /**
   * Until when {@code window}, which was heard for {@code certificate} at {@code now}, is not
   * followed; empty when it is.
   */
  Optional<Instant> heldUntil(HeldCertificate certificate, SuggestedWindow window, Instant now) {
    Instant old = old(certificate);
    boolean hasty = window.renewAt().isBefore(old);
    if (!now.isBefore(old)) {
      if (!hasty) {
        streaks.remove(kind(certificate));
      }
      return Optional.empty();
    }
    return hasty && lengthened(certificate).times() > FOLLOWED_AT_ONCE
        ? Optional.of(old)
        : Optional.empty();
  }

  /** What an operator is to know, for as long as the certificates in place of {@code live} are. */
  Optional<String> warning(HeldCertificate live) {
    return Optional.ofNullable(streaks.get(kind(live)))
        .filter(streak -> streak.times() > FOLLOWED_AT_ONCE)
        .map(
            streak ->
                streak.times()
                    + " times in a row the CA has suggested to renew what it had only just issued,"
                    + " and is not followed at once any more; ask it why, or choose another"
                    + " issuer");
  }

  private Streak lengthened(HeldCertificate certificate) {
    return streaks.compute(
        kind(certificate),
        (kind, before) -> (before == null ? new Streak(0, "") : before).with(certificate));
  }

  private static Instant old(HeldCertificate certificate) {
    Duration part = certificate.lifetime().dividedBy(NEW_PART);
    Duration young = part.compareTo(LONGEST_NEW) < 0 ? part : LONGEST_NEW;
    return certificate.notAfter().minus(certificate.lifetime()).plus(young);
  }

  /** The same for a certificate and the one that takes its place. */
  private static String kind(HeldCertificate certificate) {
    return new TreeSet<>(IssuedChain.identifiers(certificate))
        + " "
        + certificate.leaf().getPublicKey().getAlgorithm();
  }
}
