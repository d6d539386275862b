package io.hybridtls.agent.est;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.renewal.ServerTrust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.est.ESTException;
import org.jspecify.annotations.Nullable;

/** What a server's refusal, or its silence, means for the next attempt. */
final class EstFailures {

  private static final Duration UNSTATED_WAIT = Duration.ofHours(1);

  /** To ask once a day costs nobody anything, and somebody may have been wrong. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final int MAX_WORDS = 200;

  /** What Bouncy Castle says of a server that answered nothing. */
  private static final String NO_STATUS = " HTTP Status Code: 0";

  private final EstSettings settings;
  private final InstantSource clock;

  EstFailures(EstSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @param latest what the server answered last
   */
  IssuanceException of(Exception thrown, AttentiveService.Latest latest) {
    return new IssuanceException(classify(thrown, latest), thrown);
  }

  /** The request was taken, and is decided on later (RFC 7030, section 4.2.3). */
  RateLimited waiting(AttentiveService.Latest latest) {
    return busy(latest.retryAt(), "the request waits for somebody at the CA" + said(latest));
  }

  /** The server asks for patience: for so long as it says, within reason. */
  private RateLimited busy(Optional<Instant> retryAt, String words) {
    Instant now = clock.instant();
    Instant latest = now.plus(LONGEST_WAIT);
    Instant until = retryAt.orElse(now.plus(UNSTATED_WAIT));
    return new RateLimited(until.isAfter(latest) ? latest : until, words);
  }

  /** A failure of the issuer's setting {@code key}. */
  Misconfigured misconfigured(String key, String detail) {
    return new Misconfigured("issuers." + settings.name() + "." + key, detail);
  }

  private IssuanceFailure classify(Exception thrown, AttentiveService.Latest latest) {
    String words =
        settings.server()
            + ": "
            + ServerTrust.fault(thrown).orElseGet(() -> words(thrown))
            + said(latest);
    if (ServerTrust.isMissing(thrown)) {
      return misconfigured(
          "trusted-ca-file",
          words + "; name the PEM file with the root that this server's certificate leads to");
    }
    Optional<UnansweredChallengeException> unanswered =
        find(thrown, UnansweredChallengeException.class);
    if (unanswered.isPresent()) {
      return misconfigured(
          "credentials",
          settings.server()
              + ": "
              + words(unanswered.get())
              + "; let the server offer one of these, or go by certificates");
    }
    if (latest.status() == ACCEPTED) { // and did not say for how long, which it must
      return waiting(latest);
    }
    if (latest.status() == OK) {
      return new Rejected("its answer cannot be read: " + words);
    }
    int status = find(thrown, ESTException.class).map(ESTException::getStatusCode).orElse(0);
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN -> unauthorized(words);
      case NOT_FOUND ->
          misconfigured(
              "label", words + "; write the label of the CA, or leave it out, as the server wants");
      case TOO_MANY, UNAVAILABLE -> busy(latest.retryAt(), words);
      default ->
          status >= BAD_REQUEST && status < SERVER_ERROR
              ? new Rejected(words)
              : new Unreachable(words);
    };
  }

  private IssuanceFailure unauthorized(String words) {
    return settings.credentials().isPresent()
        ? misconfigured("credentials", words + "; write the user and password that it knows")
        : misconfigured(
            "credentials", words + "; it wants a user and a password, write credentials { ... }");
  }

  private static String words(Exception thrown) {
    String text = String.valueOf(thrown.getMessage()).replace(NO_STATUS, "");
    return text.equals("null")
        ? "it broke off (" + find(thrown, Throwable.class).orElse(thrown) + ")"
        : abridged(text.replaceAll("\\p{Cntrl}+", " ").strip());
  }

  private static String said(AttentiveService.Latest latest) {
    return latest.words().map(words -> " (it says: " + abridged(words) + ")").orElse("");
  }

  private static String abridged(String text) {
    return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "..." : text;
  }

  /** The innermost that says what it is. */
  private static <T extends Throwable> Optional<T> find(@Nullable Throwable thrown, Class<T> type) {
    return Stream.iterate(thrown, t -> t != null, t -> t.getCause())
        .filter(type::isInstance)
        .map(type::cast)
        .reduce((outer, inner) -> inner);
  }
}
