package io.hybridtls.certstore.live;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a renewal meets the handshakes. Reading is one volatile read and never waits;
 * swaps wait for each other. Safe for any thread.
 */
public final class LiveCertificateRegistry implements LiveCertificates, CertificatePublisher {

  private static final Logger log = LoggerFactory.getLogger(LiveCertificateRegistry.class);

  private final Object swapping = new Object();
  private final List<SwapParticipant> participants = new ArrayList<>();
  private volatile LiveSnapshot current = new LiveSnapshot(0, Map.of());

  private LiveCertificateRegistry() {}

  /** With nothing live, and nobody who takes part. */
  public static LiveCertificateRegistry empty() {
    return new LiveCertificateRegistry();
  }

  @Override
  public LiveSnapshot snapshot() {
    return current;
  }

  @Override
  public void join(SwapParticipant participant) throws SwapRejectedException {
    synchronized (swapping) {
      prepare(participant, current).run();
      participants.add(participant);
    }
  }

  @Override
  public LiveSnapshot publish(Collection<Generation> generations) throws SwapRejectedException {
    synchronized (swapping) {
      Map<CertificateId, Generation> next = new HashMap<>(current.generations());
      generations.forEach(generation -> next.put(generation.id(), generation));
      return generations.isEmpty() ? current : swap(next);
    }
  }

  @Override
  public LiveSnapshot retain(Set<CertificateId> ids) throws SwapRejectedException {
    synchronized (swapping) {
      Map<CertificateId, Generation> next = new HashMap<>(current.generations());
      return next.keySet().retainAll(ids) ? swap(next) : current;
    }
  }

  private LiveSnapshot swap(Map<CertificateId, Generation> generations)
      throws SwapRejectedException {
    LiveSnapshot next = new LiveSnapshot(current.version() + 1, generations);
    List<Runnable> actions = new ArrayList<>();
    for (SwapParticipant participant : participants) {
      actions.add(prepare(participant, next));
    }
    actions.forEach(LiveCertificateRegistry::putIntoUse);
    current = next;
    return next;
  }

  private static Runnable prepare(SwapParticipant participant, LiveSnapshot next)
      throws SwapRejectedException {
    try {
      return participant.prepare(next);
    } catch (RuntimeException e) {
      throw new SwapRejectedException(
          "the certificates could not be prepared for use: " + e.getMessage(), e);
    }
  }

  /** A participant that breaks its word must not keep the others on the old snapshot. */
  private static void putIntoUse(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      log.error("a participant failed in the middle of a swap; restart the agent", e);
    }
  }
}
