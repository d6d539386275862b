package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.CertificateId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Who may begin, so that nobody waits behind a CA that is slow: each issuer has a lane, in which
 * only so many are under way, and no issuer takes the last room of the others. Safe for any thread.
 */
final class IssuerLanes {

  private final int total;
  private final Map<String, Deque<CertificateId>> waiting = new LinkedHashMap<>();
  private final Map<CertificateId, String> underWay = new HashMap<>();
  private ToIntFunction<String> limits = issuer -> 1;
  private int issuers = 1;

  /**
   * @param total how many are under way at once, in all lanes
   */
  IssuerLanes(int total) {
    this.total = total;
  }

  /**
   * Replaces what waits. What is under way waits as well: when it ends, it may be due for a reason
   * that it did not know when it began, such as a configuration that has changed since.
   *
   * @param due by the issuer that each would ask first
   * @param newLimits how many an issuer is asked for at once
   * @param allIssuers how many there are, also those that nobody waits for now
   * @return those that begin now
   */
  synchronized List<CertificateId> offer(
      Map<String, List<CertificateId>> due, ToIntFunction<String> newLimits, int allIssuers) {
    limits = newLimits;
    issuers = Math.max(allIssuers, due.size());
    waiting.clear();
    due.forEach((issuer, ids) -> waiting.put(issuer, new ArrayDeque<>(ids)));
    return begin();
  }

  /**
   * Notes that {@code id} is under way no more.
   *
   * @return those that begin now
   */
  synchronized List<CertificateId> ended(CertificateId id) {
    underWay.remove(id);
    return begin();
  }

  private List<CertificateId> begin() {
    List<CertificateId> begun = new ArrayList<>();
    boolean more = true;
    while (more) { // one of each lane in turn
      more = false;
      for (Map.Entry<String, Deque<CertificateId>> lane : waiting.entrySet()) {
        Optional<CertificateId> next = hasRoom(lane.getKey()) ? next(lane) : Optional.empty();
        if (next.isPresent()) {
          lane.getValue().remove(next.get());
          underWay.put(next.get(), lane.getKey());
          begun.add(next.get());
          more = true;
        }
      }
    }
    return begun;
  }

  private Optional<CertificateId> next(Map.Entry<String, Deque<CertificateId>> lane) {
    return lane.getValue().stream().filter(id -> !underWay.containsKey(id)).findFirst();
  }

  private boolean hasRoom(String issuer) {
    long own = underWay.values().stream().filter(issuer::equals).count();
    int most = Math.min(limits.applyAsInt(issuer), Math.max(1, total - (issuers - 1)));
    return underWay.size() < total && own < most;
  }
}
