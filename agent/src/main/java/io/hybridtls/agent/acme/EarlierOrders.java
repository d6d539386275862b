package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import java.net.URI;
import java.net.URL;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Finds the orders of attempts that were cut short, where the CA says that they stand. */
final class EarlierOrders {

  /** An order that the CA can still turn into a certificate, or has. */
  private static final Set<Status> ALIVE =
      Set.of(Status.PENDING, Status.READY, Status.PROCESSING, Status.VALID);

  private final URI directory;
  private final AcmeFailures failures;
  private final IssuanceProgress progress;

  EarlierOrders(URI directory, AcmeFailures failures, IssuanceProgress progress) {
    this.directory = directory;
    this.failures = failures;
    this.progress = progress;
  }

  /**
   * The order that {@code request} has noted. One that leads to nothing any more is given up: the
   * CA has forgotten it, it has failed, its key is lost, or it is another CA's.
   */
  Optional<Order> find(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    Optional<String> noted = request.placed();
    if (noted.isEmpty()) {
      return Optional.empty();
    }
    request.keys(); // a key that is lost takes the order with it
    Optional<PlacedOrder> placed = request.placed().flatMap(PlacedOrder::parse);
    Optional<Order> found =
        placed.isPresent() && placed.get().directory().equals(directory)
            ? ask(login, placed.get().location())
            : Optional.empty();
    if (found.isEmpty()) {
      progress.step("order " + noted.get() + " leads to nothing any more");
      request.giveUp();
    } else {
      progress.step(
          "going on with order "
              + found.get().getLocation()
              + ", which is "
              + Polling.word(found.get().getStatus()));
    }
    return found;
  }

  /** A CA that is busy or ill knows its orders all the same. */
  private Optional<Order> ask(Login login, URL location) throws AcmeException {
    Order order = login.bindOrder(location);
    try {
      order.fetch();
    } catch (AcmeServerException e) {
      if (failures.of(e, true).failure() instanceof Rejected) {
        return Optional.empty();
      }
      throw e;
    }
    return ALIVE.contains(order.getStatus()) ? Optional.of(order) : Optional.empty();
  }
}
