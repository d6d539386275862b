package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
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
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/**
 * One order, from the request to the checked chain (RFC 8555, section 7.4). The key is kept before
 * the order is placed, and the order's URL is written down before it is worked on, so that an order
 * that was cut short at any point is taken up again where the CA says that it stands. The chain is
 * kept as the CA serves it: leaving certificates out of it breaks peers whose trust stores are old.
 */
final class OrderWorkflow {

  private final AcmeSettings settings;
  private final NewOrder order;
  private final EarlierOrders earlierOrders;
  private final AcmeFailures failures;
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
      AcmeFailures failures,
      ChallengeSolver solver,
      Polling polling,
      InstantSource clock,
      IssuanceProgress progress) {
    this.settings = settings;
    this.order = order;
    this.earlierOrders = new EarlierOrders(settings.directory(), failures, progress);
    this.failures = failures;
    this.solver = solver;
    this.polling = polling;
    this.clock = clock;
    this.progress = progress;
  }

  HeldCertificate run(Login login, IssuanceRequest request) throws IssuanceException {
    boolean stuck = false;
    try {
      Optional<Order> earlier = earlier(login, request);
      stuck = earlier.isPresent() && request.isOverdue();
      Order begun = earlier.isPresent() ? earlier.get() : place(login, request);
      return complete(login, begun, request);
    } catch (AcmeException | AcmeProtocolException | AcmeLazyLoadingException e) {
      throw givenUpIfSpent(request, stuck, failures.of(e, true));
    } catch (IllegalArgumentException e) {
      throw givenUpIfSpent(request, stuck, failures.of(AcmeFailures.senseless(e), true));
    } catch (IssuanceException e) {
      throw givenUpIfSpent(request, stuck, e);
    }
  }

  /**
   * The order to go on with. One that is overdue and cannot be asked for makes way for another if
   * the CA takes one; a CA that is away takes none, and what it has issued is fetched when it is
   * back.
   */
  private Optional<Order> earlier(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    try {
      return earlierOrders.find(login, request);
    } catch (AcmeException e) {
      if (request.isOverdue() && failures.of(e, true).failure() instanceof Unreachable) {
        progress.step("the order cannot be asked for, and another is placed instead");
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * An order that was refused is spent, and another needs another key. One that a day has not
   * brought to an end is given up for another.
   */
  private IssuanceException givenUpIfSpent(
      IssuanceRequest request, boolean stuck, IssuanceException failed) throws IssuanceException {
    IssuanceFailure failure = failed.failure();
    boolean refused = failure instanceof Rejected || failure instanceof NotOffered;
    boolean leadsNowhere = refused || (stuck && failure instanceof Unreachable);
    if (request.placed().isPresent() && leadsNowhere) {
      request.giveUp();
    }
    return failed;
  }

  private HeldCertificate complete(Login login, Order begun, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    KeyPair keys = request.keys();
    if (begun.getStatus() == Status.PENDING) {
      OrderedNames ordered = new OrderedNames(request.spec().identifiers());
      new Validation(ordered, solver, login.getAccountLocation(), polling, progress).prove(begun);
      expect(Set.of(Status.READY, Status.PROCESSING, Status.VALID), begun);
    }
    if (begun.getStatus() == Status.READY) {
      progress.step("finalizing the order (" + request.algorithm().label() + ")");
      begun.execute(SigningRequest.of(request.spec(), keys));
    }
    expect(Set.of(Status.VALID), begun);
    return IssuedChain.check(request.spec(), keys, download(begun), clock.instant());
  }

  private Order place(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    CertificateSpec spec = request.spec();
    progress.step("making a key (" + request.algorithm().label() + ")");
    request.keys();
    progress.step("ordering " + String.join(", ", spec.identifiers()));
    Order placed = order.place(login, request);
    request.place(new PlacedOrder(placed.getLocation(), settings.directory()).toText());
    return placed;
  }

  /** Waits for one of the statuses; the CA may take its time for each of them. */
  private void expect(Set<Status> wanted, Order waited) throws AcmeException, IssuanceException {
    String what = "order " + waited.getLocation();
    Status status = polling.decided(waited, what);
    if (status == Status.READY && !wanted.contains(status)) { // by whoever answered for the CA
      throw new IssuanceException(
          new Unreachable(what + " is ready as before, although it was finalized"));
    }
    if (!wanted.contains(status)) {
      throw new IssuanceException(
          ProblemKind.refusal(
              waited.getError().map(ProblemText::of).orElse("the order is " + Polling.word(status))
                  + " ("
                  + what
                  + ")",
              waited.getError().filter(ProblemKind::isPolicy).isPresent(),
              List.of()));
    }
  }

  private List<X509Certificate> download(Order ended) throws AcmeException {
    progress.step("downloading the certificate and its chain");
    if (!ended.getJSON().contains("certificate")) {
      throw new AcmeProtocolException(ended.getLocation() + " is valid and names no certificate");
    }
    Certificate certificate = ended.getCertificate();
    certificate.download();
    if (certificate.getCertificateChain().isEmpty()) {
      throw new AcmeProtocolException(certificate.getLocation() + " holds no certificate");
    }
    return settings.preferredChain().isPresent()
        ? new PreferredChain(settings.preferredChain().get()).choose(certificate, progress)
        : certificate.getCertificateChain();
  }
}
