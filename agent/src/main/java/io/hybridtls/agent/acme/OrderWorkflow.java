package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
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
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.AcmeUtils;

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
  private final NewOrder order;
  private final ChallengeSolver solver;
  private final Polling polling;
  private final InstantSource clock;
  private final IssuanceProgress progress;

  /**
   * @param order what is asked for when there is no order to go on with
   */
  OrderWorkflow(
      AcmeSettings settings,
      NewOrder order,
      ChallengeSolver solver,
      Polling polling,
      InstantSource clock,
      IssuanceProgress progress) {
    this.settings = settings;
    this.order = order;
    this.solver = solver;
    this.polling = polling;
    this.clock = clock;
    this.progress = progress;
  }

  HeldCertificate run(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    Optional<Order> earlier = takenUp(login, request);
    Order begun = earlier.isPresent() ? earlier.get() : place(login, request);
    try {
      return complete(login, begun, request);
    } catch (IssuanceException e) {
      if (e.failure() instanceof Rejected || e.failure() instanceof NotOffered) {
        request.giveUp(); // the order is spent, and another needs another key
      }
      throw e;
    }
  }

  private HeldCertificate complete(Login login, Order begun, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    KeyPair keys = request.keys();
    if (begun.getStatus() == Status.PENDING) {
      new Validation(solver, login.getAccountLocation(), polling, progress).prove(begun);
      expect(Set.of(Status.READY, Status.PROCESSING, Status.VALID), begun);
    }
    if (begun.getStatus() == Status.READY) {
      progress.step("finalizing the order (" + request.algorithm().label() + ")");
      begun.execute(SigningRequest.of(request.spec(), keys));
    }
    expect(Set.of(Status.VALID), begun);
    return IssuedChain.check(request.spec(), keys, download(begun), clock.instant());
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
      Optional<Order> found = find(login, placed.get());
      if (found.isPresent()) {
        progress.step(
            "going on with order "
                + placed.get()
                + ", which is "
                + Polling.word(found.get().getStatus()));
        return found;
      }
      progress.step("order " + placed.get() + " leads to nothing any more");
      request.giveUp();
    }
    return Optional.empty();
  }

  private static Optional<Order> find(Login login, String location) throws AcmeException {
    try {
      Order known = login.bindOrder(url(location));
      known.fetch();
      return ALIVE.contains(known.getStatus()) ? Optional.of(known) : Optional.empty();
    } catch (MalformedURLException e) {
      return Optional.empty();
    } catch (AcmeServerException e) {
      if (isUnknown(e)) {
        return Optional.empty();
      }
      throw e; // a CA that is busy or ill knows it all the same
    } catch (AcmeNetworkException e) {
      throw e;
    } catch (AcmeException e) {
      return Optional.empty(); // an HTTP error without a problem document: it is another CA's
    }
  }

  /** The CA has forgotten the order, or it is another account's. */
  private static boolean isUnknown(AcmeServerException refusal) {
    return !(refusal instanceof AcmeRateLimitedException)
        && Set.of("malformed", "unauthorized", "orderDoesNotExist", "notFound")
            .contains(AcmeUtils.stripErrorPrefix(refusal.getType().toString()));
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
    Order placed = order.place(login, spec);
    request.place(placed.getLocation().toExternalForm());
    return placed;
  }

  /** Waits for one of the statuses; the CA may take its time for each of them. */
  private void expect(Set<Status> wanted, Order waited) throws AcmeException, IssuanceException {
    Status status = polling.decided(waited, "order " + waited.getLocation());
    if (!wanted.contains(status)) {
      throw new IssuanceException(
          ProblemKind.refusal(
              waited.getError().map(ProblemText::of).orElse("the order is " + Polling.word(status))
                  + " (order "
                  + waited.getLocation()
                  + ")",
              waited.getError().filter(ProblemKind::isPolicy).isPresent()));
    }
  }

  private List<X509Certificate> download(Order ended) throws AcmeException {
    progress.step("downloading the certificate and its chain");
    Certificate certificate = ended.getCertificate();
    certificate.download();
    return settings.preferredChain().isPresent()
        ? new PreferredChain(settings.preferredChain().get()).choose(certificate, progress)
        : certificate.getCertificateChain();
  }
}
