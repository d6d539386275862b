package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The open connections by what they may be used for. Safe for any thread; does not block. */
final class ConnectionPool {

  private static final String STOPPING = "the agent is stopping";

  private final Map<PoolKey, Lane> lanes = new ConcurrentHashMap<>();
  private final Predicate<PoolKey> isCurrent;
  private final Consumer<Lane> opener;
  private final Consumer<DeliveryAttempt> submitter;
  private volatile boolean closed;

  /**
   * @param isCurrent whether a key's identity is still the one to present
   * @param opener opens a connection for a lane and tells the lane
   * @param submitter finds the key that an attempt needs now, and submits it again
   */
  ConnectionPool(
      Predicate<PoolKey> isCurrent, Consumer<Lane> opener, Consumer<DeliveryAttempt> submitter) {
    this.isCurrent = isCurrent;
    this.opener = opener;
    this.submitter = submitter;
  }

  /** Has {@code attempt} carried by a connection of {@code key}, opened if need be. */
  void submit(PoolKey key, DeliveryAttempt attempt) {
    if (closed) {
      attempt.finishAll(DeliveryOutcome.deferred(Relay.none(), "4.3.2", STOPPING));
      return;
    }
    Lane lane;
    do {
      lane =
          lanes.computeIfAbsent(key, k -> new Lane(k, attempt.connector().maxConnections(), this));
    } while (!lane.submit(attempt) && forget(lane));
  }

  void submitAgain(DeliveryAttempt attempt) {
    submitter.accept(attempt);
  }

  /** The host of {@code attempt} could not be talked to. */
  void moveOn(DeliveryAttempt attempt, DeliveryOutcome outcome) {
    if (attempt.hopFailed(outcome)) {
      submitter.accept(attempt);
    }
  }

  boolean isCurrent(PoolKey key) {
    return isCurrent.test(key);
  }

  void open(Lane lane) {
    opener.accept(lane);
  }

  /** Lets {@code lane} run dry; what waits there is submitted again. */
  void retire(Lane lane) {
    forget(lane);
    lane.retire().forEach(submitter);
  }

  void retireAll() {
    List.copyOf(lanes.values()).forEach(this::retire);
  }

  /** What has to be done from time to time: outdated identities, unused lanes, second chances. */
  void sweep() {
    for (Lane lane : lanes.values()) {
      if (!isCurrent(lane.key())) {
        retire(lane);
      } else if (lane.retireIfUnused()) {
        forget(lane);
      } else {
        lane.trustAgain();
      }
    }
  }

  /** Closes every connection; attempts end with a transient failure. */
  void close() {
    closed = true;
    for (Lane lane : List.copyOf(lanes.values())) {
      retire(lane);
      lane.abort(STOPPING);
    }
  }

  private boolean forget(Lane lane) {
    lanes.remove(lane.key(), lane);
    return true;
  }
}
