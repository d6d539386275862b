package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.AddressRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * {@link ConstraintSettings} as the extension of RFC 5280, section 4.2.1.10. A kind of name that it
 * does not mention would be free, so it mentions both kinds that this CA certifies, always.
 *
 * <p>IPv4 stands before IPv6, and a family is not excluded where the other is permitted (which
 * excludes it already): Java's validator compares addresses of different lengths, and fails on an
 * IPv4 address as soon as it comes to a range of IPv6.
 */
final class NameConstraintsExtension {

  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_OCTETS = 16;

  private NameConstraintsExtension() {}

  /** Empty when there is no constraint. */
  static Optional<NameConstraints> of(ConstraintSettings settings) {
    if (!settings.constrain()) {
      return Optional.empty();
    }
    List<GeneralSubtree> permitted = new ArrayList<>();
    List<GeneralSubtree> excluded = new ArrayList<>();
    settings.domains().forEach(domain -> permitted.add(subtree(domain)));
    settings.addresses().stream()
        .sorted(Comparator.comparing(NameConstraintsExtension::octetsOf))
        .forEach(range -> permitted.add(subtree(range)));
    if (settings.addresses().isEmpty()) {
      excluded.add(subtree(new byte[IPV4_OCTETS], 0));
      excluded.add(subtree(new byte[IPV6_OCTETS], 0));
    }
    return Optional.of(
        new NameConstraints(
            permitted.toArray(GeneralSubtree[]::new),
            excluded.isEmpty() ? null : excluded.toArray(GeneralSubtree[]::new)));
  }

  /** As DER; empty when there is no constraint. */
  static byte[] encoded(ConstraintSettings settings) {
    try {
      Optional<NameConstraints> extension = of(settings);
      return extension.isPresent() ? extension.get().getEncoded(ASN1Encoding.DER) : new byte[0];
    } catch (IOException e) {
      throw new IllegalStateException("an extension has an encoding", e);
    }
  }

  private static GeneralSubtree subtree(DnsName domain) {
    return new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain.value()));
  }

  private static GeneralSubtree subtree(AddressRange range) {
    return subtree(range.network().getAddress(), range.prefixLength());
  }

  /** An address and, after it, its mask. */
  private static GeneralSubtree subtree(byte[] network, int prefixLength) {
    byte[] both = new byte[network.length * 2];
    System.arraycopy(network, 0, both, 0, network.length);
    for (int bit = 0; bit < prefixLength; bit++) {
      both[network.length + bit / Byte.SIZE] |= (byte) (0x80 >>> (bit % Byte.SIZE));
    }
    return new GeneralSubtree(new GeneralName(GeneralName.iPAddress, new DEROctetString(both)));
  }

  private static int octetsOf(AddressRange range) {
    return range.network().getAddress().length;
  }
}
