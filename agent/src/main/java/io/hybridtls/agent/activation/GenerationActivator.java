package io.hybridtls.agent.activation;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.live.CertificatePublisher;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes stored generations live: gate, publish, mark as active, prove. Blocks on disk and network;
 * never called on an event loop.
 */
public final class GenerationActivator {

  private static final Logger log = LoggerFactory.getLogger(GenerationActivator.class);

  private final CertificateStore store;
  private final ActivationGate gate;
  private final StoredGenerations stored;
  private final CertificatePublisher publisher;
  private final DeploymentProof proof;
  private final InstantSource clock;
  private final int keepGenerations;

  /**
   * @param keepGenerations how many of each certificate stay stored, the active one included
   */
  public GenerationActivator(
      CertificateStore store,
      ActivationGate gate,
      CertificatePublisher publisher,
      DeploymentProof proof,
      InstantSource clock,
      int keepGenerations) {
    this.store = store;
    this.gate = gate;
    this.stored = new StoredGenerations(store, gate);
    this.publisher = publisher;
    this.proof = proof;
    this.clock = clock;
    this.keepGenerations = keepGenerations;
  }

  /**
   * Puts {@code generation} in place of {@code live}.
   *
   * @param progress told of each step as it begins
   */
  public ActivationResult activate(
      CertificateSpec spec,
      Generation generation,
      Optional<Generation> live,
      Consumer<String> progress) {
    progress.accept("checking whether generation " + generation.label() + " may go live");
    Verdict verdict = gate.check(spec, generation, live, clock.instant());
    if (verdict instanceof Verdict.Closed closed) {
      return new ActivationResult.Refused(closed.reason());
    }
    if (verdict instanceof Verdict.Open open) {
      open.warnings().forEach(text -> log.warn("certificate {}: {}", generation.label(), text));
    }
    progress.accept("putting generation " + generation.label() + " into use");
    try {
      publisher.publish(List.of(generation));
    } catch (SwapRejectedException e) {
      return new ActivationResult.Refused(String.valueOf(e.getMessage()));
    }
    return markActive(generation)
        .<ActivationResult>map(ActivationResult.Unmarked::new)
        .orElseGet(() -> prove(generation, progress));
  }

  /** Whether {@link #activate} would get past the gate now. */
  public boolean mayGoLive(CertificateSpec spec, Generation generation, Optional<Generation> live) {
    return judge(spec, generation, live) instanceof Verdict.Open;
  }

  /** What the gate says now of a generation, whether it is stored or not. */
  public Verdict judge(CertificateSpec spec, Generation generation, Optional<Generation> live) {
    return gate.check(spec, generation, live, clock.instant());
  }

  /**
   * Publishes the active generation of every certificate in {@code inventory}, all in one swap. One
   * that cannot be read is logged and reported, and an earlier one stands in for it; one that
   * cannot be used is left out. The others go live all the same.
   *
   * @param isRevoked of a generation that must not stand in for another
   * @return what is wrong, by certificate; certificates that have no generation yet are not in it
   */
  public SortedMap<CertificateId, String> activateStored(
      CertificateInventory inventory, Predicate<Generation> isRevoked) {
    SortedMap<CertificateId, String> problems = new TreeMap<>();
    List<Generation> readable = new ArrayList<>();
    for (CertificateSpec spec : inventory.specs()) {
      StoredGenerations.Found found = stored.active(spec, isRevoked, clock.instant());
      found.generation().ifPresent(readable::add);
      if (!found.problems().isEmpty()) {
        problems.put(spec.id(), String.join("; ", found.problems()));
      }
    }
    publishAll(readable, problems);
    problems.forEach((id, problem) -> log.warn("certificate {}: {}", id, problem));
    return problems;
  }

  private void publishAll(List<Generation> generations, SortedMap<CertificateId, String> problems) {
    try {
      publisher.publish(generations);
    } catch (SwapRejectedException together) {
      for (Generation generation : generations) {
        try {
          publisher.publish(List.of(generation));
        } catch (SwapRejectedException alone) {
          problems.put(generation.id(), String.valueOf(alone.getMessage()));
        }
      }
    }
  }

  /** What went wrong, if anything; the generation is live already. */
  private Optional<String> markActive(Generation generation) {
    try {
      store.activate(generation.id(), generation.number());
    } catch (StoreException e) {
      return Optional.of("it is live, but could not be marked as active: " + e.getMessage());
    }
    try {
      store.prune(generation.id(), keepGenerations);
    } catch (StoreException e) {
      log.warn(
          "certificate {}: generations before it could not be removed: {}",
          generation.label(),
          e.getMessage());
    }
    return Optional.empty();
  }

  private ActivationResult prove(Generation generation, Consumer<String> progress) {
    progress.accept("asking the listeners for their certificate");
    List<Proof> proofs = proof.prove(generation);
    String missing =
        proofs.stream()
            .filter(shown -> !shown.isVerified())
            .map(Proof::describe)
            .collect(Collectors.joining("; "));
    return missing.isEmpty()
        ? new ActivationResult.Live(proofs)
        : new ActivationResult.Unproven(missing);
  }
}
