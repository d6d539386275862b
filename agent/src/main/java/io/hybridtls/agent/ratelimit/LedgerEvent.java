package io.hybridtls.agent.ratelimit;

import java.time.Instant;
import java.util.List;

/**
 * One line of the ledger.
 *
 * @param account the issuer whose account it concerns
 * @param names of the order, sorted; of a failed validation the names that failed
 * @param at when it happened; of a demand, until when it holds
 * @param order when the order was placed that is meant; the same as {@code at} for an order itself;
 *     of a demand, when it was noted; of what lay ahead, its own date
 */
record LedgerEvent(Kind kind, String account, List<String> names, Instant at, Instant order) {

  /** What happened. */
  enum Kind {
    /** An order for names that the CA had issued for before. */
    RENEWAL,
    /** An order for names that are new to the CA. */
    ORDER,
    /** An order that the CA counts nowhere, since it names what it replaces. */
    REPLACEMENT,
    /** The order became a certificate. */
    ISSUED,
    /** The order became none, so that it counts as an order alone. */
    NOT_ISSUED,
    /** The CA could not validate the names. */
    FAILED_VALIDATION,
    /** The CA asked to be left alone with these names. */
    DEMAND,
    /** What is dated {@code order} lay ahead of the clock, first at the time {@code at}. */
    AHEAD
  }

  LedgerEvent {
    names = List.copyOf(names);
  }

  static LedgerEvent of(Kind kind, String account, List<String> names, Instant at) {
    return new LedgerEvent(kind, account, names, at, at);
  }
}
