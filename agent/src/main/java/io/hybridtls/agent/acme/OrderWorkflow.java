package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;

/**
 * One order, from the request to the checked chain (RFC 8555, section 7.4). The chain is kept as
 * the CA serves it: leaving certificates out of it breaks peers whose trust stores are old.
 */
final class OrderWorkflow {

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final Polling polling;
  private final InstantSource clock;
  private final SecureRandom random;
  private final IssuanceProgress progress;

  /**
   * @param settings with a profile that the CA has, or none
   */
  OrderWorkflow(
      AcmeSettings settings,
      ChallengeSolver solver,
      Polling polling,
      InstantSource clock,
      SecureRandom random,
      IssuanceProgress progress) {
    this.settings = settings;
    this.solver = solver;
    this.polling = polling;
    this.clock = clock;
    this.random = random;
    this.progress = progress;
  }

  HeldCertificate run(Login login, CertificateSpec spec) throws AcmeException, IssuanceException {
    List<String> names = spec.names().stream().map(DnsName::value).toList();
    progress.step("ordering " + String.join(", ", names));
    OrderBuilder wanted = login.newOrder().domains(names);
    settings.profile().ifPresent(wanted::profile);
    Order order = wanted.create();
    new Validation(solver, login.getAccountLocation(), polling, progress).prove(order);
    expect(Status.READY, order);
    progress.step("making a key (" + spec.key().label() + ") and finalizing the order");
    KeyPair keys = spec.key().newKeyPair(random);
    order.execute(SigningRequest.of(spec.names(), keys));
    expect(Status.VALID, order);
    return IssuedChain.check(spec, keys, download(order), clock.instant());
  }

  /** Waits for the order's next status; the CA may take its time for both of them. */
  private void expect(Status wanted, Order order) throws AcmeException, IssuanceException {
    Status status = polling.decided(order, "order " + order.getLocation());
    if (status != wanted) {
      throw new IssuanceException(
          new Rejected(
              order.getError().map(ProblemText::of).orElse("the order is " + Polling.word(status))
                  + " (order "
                  + order.getLocation()
                  + ")"));
    }
  }

  private List<X509Certificate> download(Order order) throws AcmeException {
    progress.step("downloading the certificate and its chain");
    Certificate certificate = order.getCertificate();
    certificate.download();
    return settings.preferredChain().isPresent()
        ? new PreferredChain(settings.preferredChain().get()).choose(certificate, progress)
        : certificate.getCertificateChain();
  }
}
