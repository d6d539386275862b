package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.smtp.inbound.AddressRange;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a private CA may certify (RFC 5280, section 4.2.1.10). With nothing in it there is no
 * constraint; with domains in it, names and addresses outside are not certified.
 *
 * @param domains each with everything below it
 * @param addresses none at all are permitted when it is empty and there are domains
 */
public record ConstraintSettings(List<DnsName> domains, List<AddressRange> addresses) {

  /** No constraint. */
  public static final ConstraintSettings NONE = new ConstraintSettings(List.of(), List.of());

  public ConstraintSettings {
    domains = List.copyOf(domains);
    addresses = List.copyOf(addresses);
    if (domains.isEmpty() && !addresses.isEmpty()) {
      throw new IllegalArgumentException("addresses are permitted beside domains only");
    }
  }

  /** Whether there is any constraint. */
  public boolean constrain() {
    return !domains.isEmpty();
  }

  /** Whether {@code name}, or for a wildcard every name that it stands for, may be certified. */
  public boolean permit(DnsName name) {
    return !constrain() || domains.stream().anyMatch(name::isWithin);
  }

  public boolean permit(IpAddress address) {
    return !constrain()
        || addresses.stream().anyMatch(range -> range.contains(address.toInetAddress()));
  }

  /** What is permitted, for people. */
  public String describe() {
    return Stream.concat(
            domains.stream().map(DnsName::value), addresses.stream().map(AddressRange::toString))
        .collect(Collectors.joining(", "));
  }
}
