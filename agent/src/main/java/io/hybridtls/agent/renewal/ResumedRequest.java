package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.ratelimit.PlannedOrder;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Optional;

/**
 * A request whose order was counted by the attempt that placed it. Where that order leads to
 * nothing any more, the one that takes its place is counted before it is placed, or is not placed.
 */
final class ResumedRequest implements IssuanceRequest {

  private final IssuanceRequest request;
  private final CountedOrders orders;
  private final PlannedOrder order;
  private final boolean insist;
  private Optional<Instant> placedAnew = Optional.empty();

  /**
   * @param insist whether another is placed even beyond what the ledger allows
   */
  ResumedRequest(
      IssuanceRequest request, CountedOrders orders, PlannedOrder order, boolean insist) {
    this.request = request;
    this.orders = orders;
    this.order = order;
    this.insist = insist;
  }

  /** When another was written down; empty while the first is gone on with. */
  Optional<Instant> placedAnew() {
    return placedAnew;
  }

  @Override
  public CertificateSpec spec() {
    return request.spec();
  }

  @Override
  public KeyAlgorithm algorithm() {
    return request.algorithm();
  }

  /** Asked for before each order: with none placed, the next thing is another. */
  @Override
  public KeyPair keys() throws IssuanceException {
    KeyPair keys = request.keys();
    if (request.placed().isEmpty()) {
      count(insist);
    }
    return keys;
  }

  @Override
  public Optional<Generation> replaced() {
    return request.replaced();
  }

  @Override
  public boolean isRevoked(HeldCertificate held) {
    return request.isRevoked(held);
  }

  @Override
  public Optional<String> placed() {
    return request.placed();
  }

  /** One may be placed while the first, which is overdue, cannot be asked for. */
  @Override
  public void place(String text) throws IssuanceException {
    request.place(text);
    count(true);
  }

  @Override
  public boolean isOverdue() {
    return request.isOverdue();
  }

  @Override
  public void giveUp() throws IssuanceException {
    request.giveUp();
  }

  private void count(boolean whateverIsSpent) throws IssuanceException {
    if (placedAnew.isEmpty()) {
      placedAnew = Optional.of(orders.reserve(order, whateverIsSpent));
    }
  }
}
