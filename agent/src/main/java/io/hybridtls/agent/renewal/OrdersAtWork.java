package io.hybridtls.agent.renewal;

import java.util.Set;

/**
 * The issuers with which a certificate is ordered already.
 *
 * @param issuers all of them
 * @param overdue those among them that have had all the time that an order can reasonably take
 */
record OrdersAtWork(Set<String> issuers, Set<String> overdue) {

  static final OrdersAtWork NONE = new OrdersAtWork(Set.of(), Set.of());

  OrdersAtWork {
    issuers = Set.copyOf(issuers);
    overdue = Set.copyOf(overdue);
  }

  boolean isAt(String issuer) {
    return issuers.contains(issuer);
  }

  /** Whether the order there may well still become a certificate. */
  boolean isPromisingAt(String issuer) {
    return isAt(issuer) && !overdue.contains(issuer);
  }
}
