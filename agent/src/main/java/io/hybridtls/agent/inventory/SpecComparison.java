package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a held generation lacks to be what its spec asks for. */
final class SpecComparison {

  private SpecComparison() {}

  /** The first difference, for the operator; empty when the generation is what is asked for. */
  static Optional<String> difference(CertificateSpec spec, Generation held) {
    return held.certificates().stream()
        .flatMap(certificate -> identifiers(spec, certificate).stream())
        .findFirst()
        .or(() -> keys(spec.keys(), held))
        .or(() -> issuer(spec, held.issuer()));
  }

  private static Optional<String> identifiers(CertificateSpec spec, HeldCertificate certificate) {
    Set<String> wanted = new TreeSet<>(spec.identifiers());
    Set<String> held = new TreeSet<>();
    certificate.names().forEach(name -> held.add(name.value()));
    certificate.addresses().forEach(address -> held.add(address.value()));
    if (wanted.equals(held)) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    addUnlessEmpty(parts, "lacks ", minus(wanted, held));
    addUnlessEmpty(parts, "carries ", minus(held, wanted));
    return Optional.of(
        "its names are not those configured: it "
            + String.join(", and ", parts)
            + (minus(held, wanted).isEmpty() ? "" : " beyond them"));
  }

  /** Each kind that is wanted must be there, and in the order wanted. */
  private static Optional<String> keys(List<KeyAlgorithm> wanted, Generation held) {
    List<PublicKey> keys =
        held.certificates().stream().map(each -> each.leaf().getPublicKey()).toList();
    for (int i = 0; i < wanted.size(); i++) {
      if (i >= keys.size()) {
        return Optional.of("it has no " + wanted.get(i).label() + " key, which is configured");
      }
      if (!wanted.get(i).isOf(keys.get(i))) {
        return Optional.of(
            "its key is "
                + kind(keys.get(i))
                + ", and "
                + wanted.get(i).label()
                + " is configured");
      }
    }
    return keys.size() > wanted.size()
        ? Optional.of("its key " + kind(keys.get(wanted.size())) + " is configured no more")
        : Optional.empty();
  }

  private static Optional<String> issuer(CertificateSpec spec, String held) {
    return spec.issuers().contains(held)
        ? Optional.empty()
        : Optional.of("it comes from issuer " + held + ", and " + spec.issuer() + " is configured");
  }

  private static String kind(PublicKey key) {
    int bits = KeyAlgorithm.bitsOf(key);
    return KeyAlgorithm.familyOf(key) + (bits > 0 ? " with " + bits + " bits" : "");
  }

  private static Set<String> minus(Set<String> from, Set<String> taken) {
    Set<String> rest = new TreeSet<>(from);
    rest.removeAll(taken);
    return rest;
  }

  private static void addUnlessEmpty(List<String> parts, String verb, Set<String> names) {
    if (!names.isEmpty()) {
      parts.add(verb + String.join(", ", names));
    }
  }
}
