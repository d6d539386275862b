package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a held generation lacks to be what its spec asks for. */
final class SpecComparison {

  private SpecComparison() {}

  /** The first difference, for the operator; empty when the generation is what is asked for. */
  static Optional<String> difference(CertificateSpec spec, Generation held) {
    return names(Set.copyOf(spec.names()), held.certificate().names())
        .or(() -> key(spec.key(), held.certificate().leaf().getPublicKey()))
        .or(() -> issuer(spec.issuer(), held.issuer()));
  }

  private static Optional<String> names(Set<DnsName> wanted, Set<DnsName> held) {
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

  private static Optional<String> key(KeyAlgorithm wanted, PublicKey held) {
    String family = held instanceof ECKey ? "EC" : held.getAlgorithm(); // some providers: "ECDSA"
    int bits = bits(held);
    if (family.equals(wanted.family()) && bits == wanted.bits()) {
      return Optional.empty();
    }
    String kind = family + (bits > 0 ? " with " + bits + " bits" : "");
    return Optional.of("its key is " + kind + ", and " + wanted.label() + " is configured");
  }

  private static Optional<String> issuer(String wanted, String held) {
    return wanted.equals(held)
        ? Optional.empty()
        : Optional.of("it comes from issuer " + held + ", and " + wanted + " is configured");
  }

  /** Modulus length or field size; 0 for a kind of key that has neither. */
  private static int bits(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return rsa.getModulus().bitLength();
    }
    return key instanceof ECKey ec ? ec.getParams().getCurve().getField().getFieldSize() : 0;
  }

  private static Set<DnsName> minus(Set<DnsName> from, Set<DnsName> taken) {
    Set<DnsName> rest = new HashSet<>(from);
    rest.removeAll(taken);
    return rest;
  }

  private static void addUnlessEmpty(List<String> parts, String verb, Collection<DnsName> names) {
    if (!names.isEmpty()) {
      parts.add(
          verb + names.stream().sorted().map(DnsName::value).collect(Collectors.joining(", ")));
    }
  }
}
