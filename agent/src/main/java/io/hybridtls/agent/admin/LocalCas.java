package io.hybridtls.agent.admin;

import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.smtp.tls.RevokedCertificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The private CAs, by the names of their issuers. */
public final class LocalCas {

  private final Supplier<? extends Collection<String>> issuers;
  private final Function<String, Optional<LocalCa>> find;
  private final Function<String, Optional<String>> damage;

  /**
   * @param issuers the names of all that are configured, private CAs and others
   * @param find gives a private CA by its name
   * @param damage says why a private CA is out of use
   */
  public LocalCas(
      Supplier<? extends Collection<String>> issuers,
      Function<String, Optional<LocalCa>> find,
      Function<String, Optional<String>> damage) {
    this.issuers = issuers;
    this.find = find;
    this.damage = damage;
  }

  /** Refuses one that is out of use, with the reason. */
  Optional<LocalCa> find(String name) {
    Optional<String> reason = damage.apply(name);
    if (reason.isPresent()) {
      throw new RefusedRequestException(RefusedRequestException.FAILED, reason.get());
    }
    return find.apply(name);
  }

  /** Refuses when any is out of use: it could be the one that is meant. */
  void requireWhole() {
    issuers.get().forEach(this::find);
  }

  /** Sorted by name. */
  SortedMap<String, LocalCa> all() {
    Map<String, LocalCa> found = new LinkedHashMap<>();
    issuers.get().forEach(name -> find.apply(name).ifPresent(ca -> found.put(name, ca)));
    return new TreeMap<>(found);
  }

  /**
   * What a private CA has revoked of {@code generation}.
   *
   * @param leaves revoked by themselves
   * @param dependents the others, whose issuing CA is revoked
   */
  record RevokedParts(List<HeldCertificate> leaves, List<HeldCertificate> dependents) {
    boolean isEmpty() {
      return leaves.isEmpty() && dependents.isEmpty();
    }
  }

  /** Nothing of one that is out of use: nobody knows what it has revoked. */
  RevokedParts revokedOf(Generation generation) {
    Set<RevokedCertificate> revoked =
        find.apply(generation.issuer()).map(LocalCa::revoked).orElse(Set.of());
    List<HeldCertificate> leaves = new ArrayList<>();
    List<HeldCertificate> dependents = new ArrayList<>();
    for (HeldCertificate held : generation.certificates()) {
      if (revoked.contains(RevokedCertificate.named(held.leaf()))) {
        leaves.add(held);
      } else if (held.chain().stream().map(RevokedCertificate::named).anyMatch(revoked::contains)) {
        dependents.add(held);
      }
    }
    return new RevokedParts(leaves, dependents);
  }

  /** The one that is named, or the only one. */
  LocalCa require(Optional<String> name) {
    if (name.isEmpty()) {
      requireWhole();
    }
    SortedMap<String, LocalCa> all = all();
    String known = all.isEmpty() ? "there is none" : "there are " + String.join(", ", all.keySet());
    if (name.isEmpty() && all.size() != 1) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE, "name the private CA with --issuer; " + known);
    }
    return name.map(Optional::of)
        .orElseGet(() -> Optional.of(all.firstKey()))
        .flatMap(this::find)
        .orElseThrow(
            () ->
                new RefusedRequestException(
                    RefusedRequestException.USAGE,
                    "issuer " + name.orElse("") + " is not a private CA; " + known));
  }
}
