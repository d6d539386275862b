package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.RateLimited;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.KeyVault;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * One directory of a CA, and the account there. Safe for any thread; each order has a session of
 * its own, so that a directory that has changed is read anew.
 */
final class AcmeDirectory {

  /** For the CA's part of an order; again when the proofs are in place. */
  private static final Duration CA_TIMEOUT = Duration.ofMinutes(5);

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final InstantSource clock;
  private final Pause pause;
  private final AcmeFailures failures;
  private final AcmeSessions sessions;
  private final AcmeAccounts accounts;

  /**
   * @param vault keeps the account's key
   */
  AcmeDirectory(
      AcmeSettings settings,
      KeyVault vault,
      ChallengeSolver solver,
      InstantSource clock,
      SecureRandom random,
      Pause pause,
      Duration requestTimeout) {
    this.settings = settings;
    this.solver = solver;
    this.clock = clock;
    this.pause = pause;
    this.failures = new AcmeFailures(settings, clock);
    this.accounts = new AcmeAccounts(settings, vault, random, failures);
    this.sessions = new AcmeSessions(settings, accounts.keys(), clock, requestTimeout, failures);
  }

  /**
   * Orders a certificate, or goes on with the order that the request has noted.
   *
   * @param replaces the identifier of the certificate that is replaced (RFC 9773, section 5)
   */
  HeldCertificate order(
      IssuanceRequest request, Optional<String> replaces, IssuanceProgress progress)
      throws IssuanceException {
    Lock account = accounts.inUse().readLock();
    try {
      account.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IssuanceException(
          new Unreachable("interrupted while the account's key was being changed"), e);
    }
    try {
      return orderNow(request, replaces, progress);
    } finally {
      account.unlock();
    }
  }

  private HeldCertificate orderNow(
      IssuanceRequest request, Optional<String> replaces, IssuanceProgress progress)
      throws IssuanceException {
    Polling polling = new Polling(clock, pause, CA_TIMEOUT);
    return sessions.hold(
        session -> {
          progress.step("finding the account at " + uri());
          requireProfile(session);
          Login login = login(session);
          NewOrder order = new NewOrder(settings.profile(), replaces, progress);
          return new OrderWorkflow(settings, order, failures, solver, polling, clock, progress)
              .run(login, request);
        });
  }

  /** A CA that limits accounts takes no order of ours, whatever it is for. */
  private Login login(Session session) throws AcmeException, IssuanceException {
    try {
      return accounts.login(session);
    } catch (AcmeServerException e) {
      IssuanceException failed = failures.of(e, /* isDirectory= */ true);
      throw failed.failure() instanceof RateLimited limited
          ? new IssuanceException(new RateLimited(limited.until(), limited.detail(), true), e)
          : failed;
    }
  }

  URI uri() {
    return settings.directory();
  }

  AcmeSessions sessions() {
    return sessions;
  }

  AcmeAccounts accounts() {
    return accounts;
  }

  private void requireProfile(Session session) throws AcmeException, IssuanceException {
    Set<String> offered = session.getMetadata().getProfiles();
    Optional<String> missing = settings.profile().filter(name -> !offered.contains(name));
    if (missing.isPresent()) {
      throw new IssuanceException(
          failures.misconfigured(
              "profile",
              "the CA has no profile \""
                  + missing.get()
                  + "\"; it has "
                  + (offered.isEmpty()
                      ? "none at all"
                      : ProblemText.printable(new TreeSet<>(offered).toString()))));
    }
  }
}
