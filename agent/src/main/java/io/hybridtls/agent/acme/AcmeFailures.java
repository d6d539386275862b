package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.Paused;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.renewal.RetryAfter;
import io.hybridtls.agent.renewal.ServerTrust;
import io.hybridtls.certstore.storage.StoreException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/** What a CA's refusal, or its silence, means for the next attempt, in words for the operator. */
final class AcmeFailures {

  /** How long to wait for a CA that says "too often" and not until when. */
  static final Duration UNSTATED_WAIT = Duration.ofHours(1);

  private final AcmeSettings settings;
  private final InstantSource clock;

  AcmeFailures(AcmeSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Classifies what acme4j threw.
   *
   * @param isDirectory whether the setting is known to lead to a directory, so that whatever else
   *     it leads to now is a fault that passes
   */
  IssuanceException of(Exception thrown, boolean isDirectory) {
    Throwable cause =
        thrown instanceof AcmeLazyLoadingException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return new IssuanceException(classify(cause, isDirectory), thrown);
  }

  /** acme4j's way to say that the CA sent something that is no URI, or no number. */
  static AcmeProtocolException senseless(IllegalArgumentException thrown) {
    return new AcmeProtocolException("an answer makes no sense: " + thrown.getMessage(), thrown);
  }

  /** A failure of the issuer's setting {@code key}. */
  Misconfigured misconfigured(String key, String detail) {
    return new Misconfigured("issuers." + settings.name() + "." + key, detail);
  }

  /** The agent's own store failed, before the CA was asked. */
  static Misconfigured store(StoreException failed) {
    return new Misconfigured("state-directory", String.valueOf(failed.getMessage()));
  }

  private IssuanceFailure classify(Throwable thrown, boolean isDirectory) {
    if (thrown instanceof AcmeServerException refusal) {
      return classify(refusal);
    }
    if (thrown instanceof AcmeNetworkException) {
      return unanswered(thrown, isDirectory);
    }
    String words = ProblemText.shown(String.valueOf(thrown.getMessage()));
    return isDirectory
        ? new Unreachable(settings.directory() + ": " + words)
        : misconfigured(
            "directory",
            settings.directory()
                + " is not an ACME directory ("
                + words
                + "); write the URL that the CA's documentation gives");
  }

  private IssuanceFailure classify(AcmeServerException refusal) {
    String words = ProblemText.of(refusal.getProblem());
    if (ProblemKind.isRateLimit(refusal.getProblem())) {
      return rateLimited(refusal, words);
    }
    if (refusal instanceof AcmeUserActionRequiredException required) {
      return userAction(required, words);
    }
    return switch (ProblemKind.typeOf(refusal.getProblem())) {
      case "badNonce", "serverInternal", "accountDoesNotExist" -> // which the next login mends
          new Unreachable(settings.directory() + ": " + words);
      case "invalidContact", "unsupportedContact" -> misconfigured("contacts", words);
      case "invalidProfile" -> misconfigured("profile", words);
      case "externalAccountRequired" ->
          misconfigured(
              "external-account",
              words + "; write the key-id and the hmac-key that the CA gave you");
      default -> ProblemKind.refusal(words, ProblemKind.isPolicy(refusal.getProblem()), List.of());
    };
  }

  private IssuanceFailure rateLimited(AcmeServerException refusal, String words) {
    Optional<URI> page = ProblemKind.unpausePage(refusal.getProblem());
    if (page.isPresent()) {
      return new Paused(page.get(), words);
    }
    Optional<Instant> header =
        refusal instanceof AcmeRateLimitedException limited
            ? limited.getRetryAfter()
            : Optional.empty(); // acme4j reads the header of that type alone
    return new RateLimited(
        header.or(() -> RetryAfter.inWords(words, clock.instant())).orElseGet(this::unstated),
        words);
  }

  /** New terms of service, as a rule (RFC 8555, section 7.3.3). */
  private IssuanceFailure userAction(AcmeUserActionRequiredException required, String words) {
    Optional<URI> page = required.getProblem().getInstance().or(required::getTermsOfServiceUri);
    return misconfigured(
        "terms-of-service-agreed",
        words + page.map(uri -> "; visit " + uri + " and do as it says").orElse(""));
  }

  private IssuanceFailure unanswered(Throwable thrown, boolean isDirectory) {
    Optional<ServerBusyException> busy = find(thrown, ServerBusyException.class);
    if (busy.isPresent()) {
      Instant until = busy.get().until().orElseGet(this::unstated);
      return new RateLimited(
          until, String.valueOf(busy.get().getMessage()), /* everyOrder= */ true);
    }
    String words =
        find(thrown, RequestFailedException.class)
            .map(Throwable::getMessage)
            .map(ProblemText::shown)
            .orElse(settings.directory() + ": " + thrown);
    if (!ServerTrust.isMissing(thrown)) {
      return new Unreachable(words);
    }
    Misconfigured untrusted =
        misconfigured(
            "trusted-ca-file",
            words + "; name the PEM file with the root that this server's certificate leads to");
    return isDirectory ? new Unreachable(untrusted.describe()) : untrusted;
  }

  private Instant unstated() {
    return clock.instant().plus(UNSTATED_WAIT);
  }

  private static <T extends Throwable> Optional<T> find(@Nullable Throwable thrown, Class<T> type) {
    return Stream.iterate(thrown, t -> t != null, t -> t.getCause())
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }
}
