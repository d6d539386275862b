package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks one CA when it suggests that its certificates be renewed (RFC 9773), as often as it wishes,
 * and remembers the answers and the instants chosen in them. A CA that does not answer as it should
 * leaves what was heard before. {@link #refresh} is called by one thread at a time, the rest by
 * any.
 */
final class RenewalInfoMonitor {

  private static final Logger LOG = LoggerFactory.getLogger(RenewalInfoMonitor.class);

  /** What a CA may ask for with Retry-After, and what is done when it says nothing or errs. */
  static final Duration SHORTEST_WAIT = Duration.ofHours(1);

  static final Duration LONGEST_WAIT = Duration.ofDays(7);
  static final Duration DEFAULT_WAIT = Duration.ofHours(6);

  /** After a first failure to reach the CA; doubled with each further one, up to the default. */
  static final Duration FIRST_RETRY = Duration.ofMinutes(1);

  /** For asking one CA that takes its time, before another one is asked. */
  static final Duration LONGEST_ROUND = Duration.ofMinutes(5);

  private static final int MAX_DOUBLINGS = 10;

  private final String issuer;
  private final AcmeSessions sessions;
  private final RenewalInfoMemory memory;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final HastySuggestions hasty = new HastySuggestions();
  private final AtomicInteger unreached = new AtomicInteger();
  private volatile Instant quietUntil = Instant.MIN;

  RenewalInfoMonitor(
      String issuer,
      AcmeSessions sessions,
      RenewalInfoMemory memory,
      InstantSource clock,
      RandomGenerator random) {
    this.issuer = issuer;
    this.sessions = sessions;
    this.memory = memory;
    this.clock = clock;
    this.random = random;
  }

  /** What the CA suggests, as it was last heard; no I/O. */
  Optional<SuggestedWindow> suggestion(HeldCertificate certificate) {
    return memory.find(certificate).flatMap(known -> known.inForce(clock.instant()));
  }

  /** Whether this directory has ever answered for {@code certificate}, which so came from it. */
  boolean knows(HeldCertificate certificate) {
    return memory.find(certificate).flatMap(RenewalInfoRecord::window).isPresent();
  }

  /** What is wrong with the suggestions for {@code live}; no I/O. */
  List<String> warnings(Generation live) {
    return live.certificates().stream().flatMap(each -> hasty.warning(each).stream()).toList();
  }

  /** Asks for those of {@code live} for which it is time, and forgets all others. */
  void refresh(List<HeldCertificate> live) {
    memory.retain(live);
    Instant now = clock.instant();
    askFor(live.stream().filter(each -> isDue(each, now)).toList(), now);
  }

  /** Asks for {@code certificates} although it may not be time yet. */
  void ask(List<HeldCertificate> certificates) {
    askFor(certificates, clock.instant());
  }

  private void askFor(List<HeldCertificate> certificates, Instant now) {
    if (certificates.isEmpty() || isAhead(quietUntil, now)) {
      return;
    }
    try {
      sessions.<Boolean>hold(session -> askAll(session, certificates));
    } catch (IssuanceException e) {
      if (!Thread.currentThread().isInterrupted()) {
        beQuiet(e.failure());
      }
    }
  }

  private boolean isDue(HeldCertificate certificate, Instant now) {
    return memory.find(certificate).filter(known -> isAhead(known.askAt(), now)).isEmpty();
  }

  /** What lies further ahead than any wait was noted by a clock that has been set back since. */
  private static boolean isAhead(Instant wait, Instant now) {
    return now.isBefore(wait) && !wait.isAfter(now.plus(LONGEST_WAIT));
  }

  private boolean askAll(Session session, List<HeldCertificate> due) throws AcmeException {
    Optional<URL> resource = session.resourceUrlOptional(Resource.RENEWAL_INFO);
    if (resource.isEmpty()) {
      quietUntil = clock.instant().plus(DEFAULT_WAIT); // it suggests nothing to anybody
      return false;
    }
    Instant end = clock.instant().plus(LONGEST_ROUND);
    for (HeldCertificate each : due) {
      if (clock.instant().isAfter(end)) {
        return true; // the other CAs wait meanwhile, and the rest of these is due again at once
      }
      ask(session, resource.get(), each);
      unreached.set(0);
    }
    return true;
  }

  /** What is wrong with one certificate's answer is no reason not to ask for the others. */
  private void ask(Session session, URL resource, HeldCertificate certificate)
      throws AcmeException {
    try {
      hear(certificate, RenewalInfoAnswer.ask(session, resource, certificate.leaf()));
    } catch (AcmeNetworkException | AcmeRateLimitedException e) {
      throw e;
    } catch (AcmeServerException e) {
      if (e.getType().toString().endsWith(":serverInternal")) {
        throw e;
      }
      unheard(certificate, ProblemText.of(e.getProblem()));
    } catch (AcmeException | AcmeProtocolException e) {
      unheard(certificate, ProblemText.shown(String.valueOf(e.getMessage())));
    }
  }

  private void hear(HeldCertificate certificate, RenewalInfoAnswer answer) {
    Instant now = clock.instant();
    RenewalInfoRecord before = known(certificate, now);
    Optional<SuggestedWindow> same =
        before
            .window()
            .filter(old -> old.start().equals(answer.start()) && old.end().equals(answer.end()));
    SuggestedWindow window =
        same.orElseGet(() -> SuggestedWindow.choose(answer.start(), answer.end(), random))
            .explainedBy(answer.explanation());
    Optional<Instant> held = hasty.heldUntil(certificate, window, now);
    if (held.isPresent()) {
      memory.put(certificate, before.failed(held.get()));
      LOG.warn("issuer {}: {}", issuer, hasty.warning(certificate).orElse(window.describe()));
      return;
    }
    memory.put(certificate, before.heard(window, now, next(answer.askAgain(), now)));
    if (!before.window().equals(Optional.of(window))) {
      LOG.info(
          "issuer {}: for {} (serial {}) {}, and {} was chosen",
          issuer,
          certificate.names().stream().map(Object::toString).collect(Collectors.joining(", ")),
          certificate.serial(),
          window.describe(),
          window.renewAt());
    }
  }

  private void unheard(HeldCertificate certificate, String problem) {
    Instant now = clock.instant();
    RenewalInfoRecord before = known(certificate, now);
    memory.put(certificate, before.failed(now.plus(DEFAULT_WAIT)));
    if (!before.failing()) {
      LOG.warn(
          "issuer {}: no suggestion for the certificate with serial {}: {}; {}",
          issuer,
          certificate.serial(),
          problem,
          before.window().isPresent() ? "the last one counts" : "its lifetime decides");
    }
  }

  private RenewalInfoRecord known(HeldCertificate certificate, Instant now) {
    return memory.find(certificate).orElseGet(() -> RenewalInfoRecord.unasked(now));
  }

  private static Instant next(Optional<Instant> asked, Instant now) {
    Instant wanted = asked.orElse(now.plus(DEFAULT_WAIT));
    Instant soonest = now.plus(SHORTEST_WAIT);
    Instant latest = now.plus(LONGEST_WAIT);
    return wanted.isBefore(soonest) ? soonest : wanted.isAfter(latest) ? latest : wanted;
  }

  /** Nothing is asked for a while: a CA that hangs would take its time for each certificate. */
  private void beQuiet(IssuanceFailure failure) {
    Instant now = clock.instant();
    Duration grown =
        FIRST_RETRY.multipliedBy(1L << Math.min(unreached.getAndIncrement(), MAX_DOUBLINGS));
    Duration wait = grown.compareTo(DEFAULT_WAIT) < 0 ? grown : DEFAULT_WAIT;
    Instant until = now.plus(wait);
    if (failure instanceof IssuanceFailure.RateLimited limited) {
      until = next(Optional.of(limited.until()), now);
    }
    quietUntil = until;
    LOG.atLevel(loudness())
        .log(
            "issuer {}: it cannot be asked when it suggests renewals: {}; what it said before"
                + " counts, and it is asked again at {}",
            issuer,
            failure.describe(),
            InWords.of(until));
  }

  /** A suggestion that is late does no harm; one that is missing for hours should be known of. */
  private Level loudness() {
    int times = unreached.get();
    if (times == 1) {
      return Level.INFO;
    }
    return times == MAX_DOUBLINGS ? Level.WARN : Level.DEBUG;
  }
}
