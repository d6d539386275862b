package io.hybridtls.agent.activation;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a start finds of certificates in the store. Blocks on I/O. */
final class StoredGenerations {

  private final CertificateStore store;
  private final ActivationGate gate;

  StoredGenerations(CertificateStore store, ActivationGate gate) {
    this.store = store;
    this.gate = gate;
  }

  /**
   * What goes live at the start.
   *
   * @param problems with it, for the operator
   */
  record Found(Optional<Generation> generation, List<String> problems) {
    Found {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The active generation, whatever the gate says of it. Where that is lost, the newest that the
   * gate lets through stands in for it, unless it {@code isRevoked}: mail goes on while another
   * certificate is issued.
   */
  Found active(CertificateSpec spec, Predicate<Generation> isRevoked, Instant now) {
    List<String> problems = new ArrayList<>();
    Optional<Generation> active = Optional.empty();
    try {
      Optional<Long> number = store.activeNumber(spec.id());
      if (number.isEmpty()) {
        return new Found(Optional.empty(), List.of()); // none has ever been live
      }
      active = store.find(spec.id(), number.get());
      if (active.isEmpty()) {
        problems.add("generation " + spec.id() + "/" + number.get() + " is active and not there");
      }
    } catch (StoreException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    if (active.isPresent()) {
      return new Found(active, gate.problemsOfActive(spec, active.get(), now));
    }
    Optional<Generation> other = standIn(spec, isRevoked, now);
    other.ifPresent(
        found -> problems.add("generation " + found.label() + " is in use in its place"));
    return new Found(other, problems);
  }

  private Optional<Generation> standIn(
      CertificateSpec spec, Predicate<Generation> isRevoked, Instant now) {
    return newestFirst(spec.id()).stream()
        .flatMap(number -> readable(spec.id(), number).stream())
        .filter(isRevoked.negate())
        .filter(each -> gate.check(spec, each, Optional.empty(), now) instanceof Verdict.Open)
        .findFirst();
  }

  private List<Long> newestFirst(CertificateId id) {
    try {
      List<Long> numbers = new ArrayList<>(store.generations(id));
      Collections.reverse(numbers);
      return numbers;
    } catch (StoreException e) {
      return List.of();
    }
  }

  private Optional<Generation> readable(CertificateId id, long number) {
    try {
      return store.find(id, number);
    } catch (StoreException e) {
      return Optional.empty(); // neither the one that is missed nor one to take its place
    }
  }
}
