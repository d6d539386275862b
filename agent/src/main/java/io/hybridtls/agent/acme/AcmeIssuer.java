package io.hybridtls.agent.acme;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.KeyVault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/**
 * A CA that speaks ACME (RFC 8555), proved to by http-01. An issuance takes five minutes at most.
 * Safe for several threads; each issuance has a session of its own.
 */
public final class AcmeIssuer implements CertificateIssuer {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration ORDER_TIMEOUT = Duration.ofMinutes(5);
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Pause pause;
  private final Duration requestTimeout;
  private final AcmeFailures failures;
  private final AcmeAccounts accounts;
  private @Nullable AcmeTransport transport;

  /**
   * @param vault keeps the account's key
   * @param routes where the answers to challenges are served; its listener must be running
   */
  public AcmeIssuer(
      AcmeSettings settings,
      KeyVault vault,
      HttpRoutes routes,
      InstantSource clock,
      SecureRandom random,
      Pause pause) {
    this(settings, vault, new Http01Solver(routes), clock, random, pause, REQUEST_TIMEOUT);
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
    this.random = random;
    this.pause = pause;
    this.requestTimeout = requestTimeout;
    this.failures = new AcmeFailures(settings, clock);
    this.accounts = new AcmeAccounts(settings, vault, random, failures);
  }

  @Override
  public HeldCertificate issue(CertificateSpec spec, IssuanceProgress progress)
      throws IssuanceException {
    requireProvable(spec);
    Polling polling = new Polling(clock, pause, clock.instant().plus(ORDER_TIMEOUT));
    Session session = new Session(settings.directory(), transport());
    session.setLocale(Locale.ENGLISH);
    try {
      progress.step("finding the account at " + settings.directory());
      requireProfile(session);
      Login login = accounts.login(session);
      return new OrderWorkflow(settings.profile(), solver, polling, clock, random, progress)
          .run(login, spec);
    } catch (AcmeException | AcmeProtocolException | AcmeLazyLoadingException e) {
      throw failures.of(e, session);
    }
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

  /** Made when first needed, and again until the file with the CA's roots can be read. */
  private synchronized AcmeTransport transport() throws IssuanceException {
    AcmeTransport ready = transport;
    if (ready == null) {
      requireEncryption();
      ready = new AcmeTransport(trust(), clock, requestTimeout);
      transport = ready;
    }
    return ready;
  }

  /** RFC 8555, section 6.1; a CA on the same machine is spared. */
  private void requireEncryption() throws IssuanceException {
    URI directory = settings.directory();
    boolean local = "http".equals(directory.getScheme()) && LOOPBACK.contains(directory.getHost());
    if (!"https".equals(directory.getScheme()) && !local) {
      throw new IssuanceException(
          failures.misconfigured("directory", directory + " does not begin with https://"));
    }
  }

  private Optional<SSLContext> trust() throws IssuanceException {
    Optional<Path> file = settings.trustedCaFile();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TrustedCaFile.read(file.get()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IssuanceException(
          failures.misconfigured(
              "trusted-ca-file", file.get() + " is not a readable PEM file of certificates: " + e),
          e);
    }
  }
}
