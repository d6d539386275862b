package io.hybridtls.agent.testing.acme;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the CA remembers: accounts by their keys, orders, and the nonces that are still good. */
final class CaRecords {

  private final Map<String, Integer> accounts = new LinkedHashMap<>();
  private final Map<Integer, CaOrder> orders = new LinkedHashMap<>();
  private final List<CaOrder> everOrdered = new ArrayList<>();
  private final Set<String> nonces = new TreeSet<>();
  private int nonceCount;

  String newNonce() {
    String nonce = "nonce" + ++nonceCount;
    nonces.add(nonce);
    return nonce;
  }

  /** Whether {@code nonce} was good; it is not any more. */
  boolean redeem(String nonce) {
    return nonces.remove(nonce);
  }

  Optional<Integer> account(String key) {
    return Optional.ofNullable(accounts.get(key));
  }

  int openAccount(String key) {
    return accounts.computeIfAbsent(key, any -> accounts.size() + 1);
  }

  boolean hasAccount(int number) {
    return accounts.containsValue(number);
  }

  int accountCount() {
    return accounts.size();
  }

  CaOrder open(
      int account,
      String prefix,
      List<Map<String, Object>> identifiers,
      Optional<String> replaces) {
    CaOrder order =
        new CaOrder(
            everOrdered.size() + 1, account, prefix, identifiers, replaces, new CaOrder.Progress());
    orders.put(order.number(), order);
    everOrdered.add(order);
    return order;
  }

  Optional<CaOrder> order(int number) {
    return Optional.ofNullable(orders.get(number));
  }

  List<CaOrder> orders() {
    return new ArrayList<>(orders.values());
  }

  /** What was spent on them is not forgotten. */
  void forgetOrders() {
    orders.clear();
  }

  Spent spent(Instant now) {
    return spent(everOrdered, now);
  }

  Spent spent(Instant now, Set<String> names) {
    return spent(
        everOrdered.stream().filter(each -> Set.copyOf(each.names()).equals(names)).toList(), now);
  }

  private static Spent spent(List<CaOrder> orders, Instant now) {
    return new Spent(
        orders.size(),
        Math.toIntExact(orders.stream().filter(CaOrder::isFinalized).count()),
        Math.toIntExact(orders.stream().filter(order -> order.isIssued(now)).count()));
  }
}
