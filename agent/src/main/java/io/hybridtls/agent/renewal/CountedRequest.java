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
 * A request whose order is counted before it is placed, or is not placed. One that an earlier
 * attempt placed was counted by that; where it leads to nothing any more, the one that takes its
 * place is counted.
 */
final class CountedRequest implements IssuanceRequest {

  private final IssuanceRequest request;
  private final CountedOrders orders;
  private PlannedOrder order;
  private final boolean insist;
  private Optional<Instant> written = Optional.empty();

  /**
   * @param insist whether one is placed even beyond what the ledger allows
   */
  CountedRequest(
      IssuanceRequest request, CountedOrders orders, PlannedOrder order, boolean insist) {
    this.request = request;
    this.orders = orders;
    this.order = order;
    this.insist = insist;
  }

  /** When an order was written down; empty while none was, or an earlier one is gone on with. */
  Optional<Instant> written() {
    return written;
  }

  @Override
  public CertificateSpec spec() {
    return request.spec();
  }

  @Override
  public KeyAlgorithm algorithm() {
    return request.algorithm();
  }

  /** Asked for before each order: with none placed, the next thing is to place one. */
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

  /**
   * What was planned as a replacement is counted nowhere, so that nothing of it needs to be given
   * back when it takes its place in the ledger as any other order.
   */
  @Override
  public void replaceNothing() throws IssuanceException {
    if (order.replaces()) {
      order = order.replacingNothing();
      written = Optional.empty();
      count(insist);
    }
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
    if (written.isEmpty()) {
      written = Optional.of(orders.reserve(order, whateverIsSpent));
    }
  }
}
