package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.KeyVault;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;

/**
 * A CA that speaks ACME (RFC 8555). An issuance takes five minutes at most, and what the DNS takes
 * to spread a record. Safe for several threads; each issuance has a session of its own.
 */
public final class AcmeIssuer implements CertificateIssuer {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration ORDER_TIMEOUT = Duration.ofMinutes(5);

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final InstantSource clock;
  private final Pause pause;
  private final AcmeSessions sessions;
  private final AcmeFailures failures;
  private final AcmeAccounts accounts;

  /**
   * @param vault keeps the account's key
   * @param listeners where the CA finds the answers to its challenges
   */
  public AcmeIssuer(
      AcmeSettings settings,
      KeyVault vault,
      ChallengeListeners listeners,
      InstantSource clock,
      SecureRandom random,
      Pause pause) {
    this(
        settings,
        vault,
        new Solvers(listeners, new AcmeFailures(settings, clock), clock, random, pause)
            .of(settings.validation()),
        clock,
        random,
        pause,
        REQUEST_TIMEOUT);
  }

  AcmeIssuer(
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
    this.sessions = new AcmeSessions(settings, clock, requestTimeout, failures);
    this.accounts = new AcmeAccounts(settings, vault, random, failures);
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    requireProvable(request.spec());
    Duration allowed = ORDER_TIMEOUT.plus(settings.validation().spreading());
    Polling polling = new Polling(clock, pause, clock.instant().plus(allowed));
    return sessions.hold(
        session -> {
          progress.step("finding the account at " + settings.directory());
          requireProfile(session);
          Login login = accounts.login(session);
          return new OrderWorkflow(settings, solver, polling, clock, progress).run(login, request);
        });
  }

  /** What can be done with the account besides ordering. */
  public AcmeAccountActions account() {
    return new AcmeAccountActions(settings, sessions, accounts);
  }

  private void requireProvable(CertificateSpec spec) throws IssuanceException {
    for (DnsName name : spec.names()) {
      if (!solver.canProve(name)) {
        throw new IssuanceException(
            new Misconfigured(
                "certificates." + spec.id() + ".names",
                name + " cannot be proved by " + solver.type() + "; name each host instead"));
      }
    }
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
                  + (offered.isEmpty() ? "none at all" : new TreeSet<>(offered))));
    }
  }
}
