package io.hybridtls.agent.testing.acme;

/**
 * What counts towards a CA's limits.
 *
 * @param orders placed, whatever came of them
 * @param finalizations taken in
 * @param certificates issued, whether or not anybody has downloaded them
 */
public record Spent(int orders, int finalizations, int certificates) {

  public static final Spent NOTHING = new Spent(0, 0, 0);

  /** So many certificates, each with one order. */
  public static Spent certificates(int number) {
    return new Spent(number, number, number);
  }

  public Spent plus(Spent other) {
    return new Spent(
        orders + other.orders,
        finalizations + other.finalizations,
        certificates + other.certificates);
  }

  public Spent since(Spent before) {
    return new Spent(
        orders - before.orders,
        finalizations - before.finalizations,
        certificates - before.certificates);
  }

  /** With {@code more} orders that came to nothing. */
  public Spent andOrders(int more) {
    return new Spent(orders + more, finalizations, certificates);
  }
}
