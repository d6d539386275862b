package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The connections of one {@link PoolKey}, and the messages that wait for one. While the host
 * refuses connections, one attempt at a time is made: when the last fails and none is open,
 * everything that waits moves on; when some are open, they carry what waits. Safe for any thread.
 */
final class Lane implements ConnectionOwner {

  private final PoolKey key;
  private final int maxConnections;
  private final ConnectionPool pool;
  private final Deque<ClientConnection> idle = new ArrayDeque<>();
  private final Set<ClientConnection> open = new HashSet<>();
  private final Deque<DeliveryAttempt> waiting = new ArrayDeque<>();
  private int opening;
  private boolean suspect;
  private boolean retired;

  Lane(PoolKey key, int maxConnections, ConnectionPool pool) {
    this.key = key;
    this.maxConnections = maxConnections;
    this.pool = pool;
  }

  PoolKey key() {
    return key;
  }

  /** Takes {@code attempt}, unless the lane is retired. */
  boolean submit(DeliveryAttempt attempt) {
    ClientConnection free;
    synchronized (this) {
      if (retired) {
        return false;
      }
      free = idle.pollFirst();
      if (free == null) {
        waiting.addLast(attempt);
      }
    }
    if (free != null) {
      free.carry(attempt);
    } else {
      openMore();
    }
    return true;
  }

  @Override
  public Optional<DeliveryAttempt> ready(ClientConnection connection) {
    boolean current = pool.isCurrent(key);
    synchronized (this) {
      if (open.add(connection)) {
        opening--;
        suspect = false;
      }
      if (current && !retired) {
        DeliveryAttempt next = waiting.pollFirst();
        if (next == null) {
          idle.addFirst(connection);
        }
        return Optional.ofNullable(next);
      }
    }
    pool.retire(this);
    connection.retire();
    return Optional.empty();
  }

  @Override
  public void setupFailed(DeliveryOutcome outcome, boolean inHandshake) {
    List<DeliveryAttempt> stranded = List.of();
    synchronized (this) {
      opening--;
      suspect = true;
      if (open.isEmpty() && opening == 0) {
        stranded = List.copyOf(waiting);
        waiting.clear();
      }
    }
    stranded.forEach(attempt -> pool.moveOn(attempt, outcome));
  }

  @Override
  public void ended(ClientConnection connection) {
    synchronized (this) {
      open.remove(connection);
      idle.remove(connection);
    }
    openMore();
  }

  @Override
  public void handBack(DeliveryAttempt attempt) {
    pool.submitAgain(attempt);
  }

  /** The identity changed before a connection could be opened. */
  void outdated() {
    synchronized (this) {
      opening--;
    }
    pool.retire(this);
  }

  /** Lets a host that refused connections be tried again, beside those it keeps open. */
  void trustAgain() {
    synchronized (this) {
      suspect = suspect && open.isEmpty();
    }
    openMore();
  }

  /** Retires the lane if nothing uses it. */
  synchronized boolean retireIfUnused() {
    retired = retired || (open.isEmpty() && opening == 0 && waiting.isEmpty());
    return retired;
  }

  /**
   * Takes nothing more: idle connections close, busy ones when their message is done.
   *
   * @return what was waiting
   */
  List<DeliveryAttempt> retire() {
    List<ClientConnection> unused;
    List<DeliveryAttempt> left;
    synchronized (this) {
      retired = true;
      unused = List.copyOf(idle);
      left = List.copyOf(waiting);
      idle.clear();
      waiting.clear();
    }
    unused.forEach(ClientConnection::retire);
    return left;
  }

  /** Closes every connection, whatever it is doing. */
  void abort(String reason) {
    List<ClientConnection> all;
    synchronized (this) {
      all = new ArrayList<>(open);
    }
    all.forEach(connection -> connection.abort(reason));
  }

  private void openMore() {
    int more = 0;
    synchronized (this) {
      while (mayOpen()) {
        opening++;
        more++;
      }
    }
    for (int i = 0; i < more; i++) {
      pool.open(this);
    }
  }

  private boolean mayOpen() {
    return opening < waiting.size()
        && open.size() + opening < maxConnections
        && (!suspect || (open.isEmpty() && opening == 0));
  }
}
