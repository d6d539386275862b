package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * One order, from the request to the checked chain (RFC 8555, section 7.4). The key is kept before
 * the order is placed, and the order's URL is written down before it is worked on, so that an order
 * that was cut short at any point is taken up again where the CA says that it stands. The chain is
 * kept as the CA serves it: leaving certificates out of it breaks peers whose trust stores are old.
 */
final class OrderWorkflow {

  /** An order that the CA can still turn into a certificate, or has. */
  private static final Set<Status> ALIVE =
      Set.of(Status.PENDING, Status.READY, Status.PROCESSING, Status.VALID);

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final Polling polling;
  private final InstantSource clock;
  private final IssuanceProgress progress;

  /**
   * @param settings with a profile that the CA has, or none
   */
  OrderWorkflow(
      AcmeSettings settings,
      ChallengeSolver solver,
      Polling polling,
      InstantSource clock,
      IssuanceProgress progress) {
    this.settings = settings;
    this.solver = solver;
    this.polling = polling;
    this.clock = clock;
    this.progress = progress;
  }

  HeldCertificate run(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    Optional<Order> earlier = takenUp(login, request);
    Order order = earlier.isPresent() ? earlier.get() : place(login, request);
    try {
      return complete(login, order, request);
    } catch (IssuanceException e) {
      if (e.failure() instanceof Rejected) {
        request.giveUp(); // the order is spent, and another needs another key
      }
      throw e;
    }
  }

  private HeldCertificate complete(Login login, Order order, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    KeyPair keys = request.keys();
    if (order.getStatus() == Status.PENDING) {
      new Validation(solver, login.getAccountLocation(), polling, progress).prove(order);
      expect(Set.of(Status.READY, Status.PROCESSING, Status.VALID), order);
    }
    if (order.getStatus() == Status.READY) {
      progress.step("finalizing the order (" + request.algorithm().label() + ")");
      order.execute(SigningRequest.of(request.spec(), keys));
    }
    expect(Set.of(Status.VALID), order);
    return IssuedChain.check(request.spec(), keys, download(order), clock.instant());
  }

  /** The order of an attempt that was cut short, if the CA still knows it and it is alive. */
  private Optional<Order> takenUp(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    Optional<String> placed = request.placed();
    if (placed.isEmpty()) {
      return Optional.empty();
    }
    request.keys(); // without its key the order leads nowhere, and is given up
    if (request.placed().isPresent()) {
      Optional<Order> order = find(login, placed.get());
      if (order.isPresent()) {
        progress.step(
            "going on with order "
                + placed.get()
                + ", which is "
                + Polling.word(order.get().getStatus()));
        return order;
      }
      progress.step("order " + placed.get() + " leads to nothing any more");
      request.giveUp();
    }
    return Optional.empty();
  }

  private static Optional<Order> find(Login login, String location) throws AcmeException {
    try {
      Order order = login.bindOrder(url(location));
      order.fetch();
      return ALIVE.contains(order.getStatus()) ? Optional.of(order) : Optional.empty();
    } catch (AcmeServerException | MalformedURLException e) {
      return Optional.empty(); // the CA has forgotten it, or it is another CA's
    }
  }

  private static URL url(String location) throws MalformedURLException {
    try {
      return URI.create(location).toURL();
    } catch (IllegalArgumentException e) {
      throw (MalformedURLException) new MalformedURLException(location).initCause(e);
    }
  }

  private Order place(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    CertificateSpec spec = request.spec();
    progress.step("making a key (" + request.algorithm().label() + ")");
    request.keys();
    progress.step("ordering " + String.join(", ", spec.identifiers()));
    OrderBuilder wanted =
        login.newOrder().domains(spec.names().stream().map(DnsName::value).toList());
    spec.addresses().stream()
        .map(IpAddress::toInetAddress)
        .map(org.shredzone.acme4j.Identifier::ip)
        .forEach(wanted::identifier);
    settings.profile().ifPresent(wanted::profile);
    Order order = wanted.create();
    request.place(order.getLocation().toExternalForm());
    return order;
  }

  /** Waits for one of the statuses; the CA may take its time for each of them. */
  private void expect(Set<Status> wanted, Order order) throws AcmeException, IssuanceException {
    Status status = polling.decided(order, "order " + order.getLocation());
    if (!wanted.contains(status)) {
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
