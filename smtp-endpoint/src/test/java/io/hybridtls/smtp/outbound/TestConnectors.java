package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.tls.TrustSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Opportunistic connectors for tests that are about something else. */
final class TestConnectors {

  private TestConnectors() {}

  /** One that sends mail for {@code domains} to the smart host {@code name}. */
  static OutboundConnector smartHost(String name, String... domains) {
    return connector(name, List.of(SmartHost.of(name + ".example")), domains);
  }

  /** One that sends mail for {@code domains} to their mail exchangers. */
  static OutboundConnector byMx(String name, String... domains) {
    return connector(name, List.of(), domains);
  }

  private static OutboundConnector connector(
      String name, List<SmartHost> hosts, String... domains) {
    return new OutboundConnector(
        name,
        Stream.of(domains).map(DomainPattern::of).toList(),
        hosts,
        new TlsRequirement.Opportunistic(),
        Optional.empty(),
        TrustSource.systemRoots(),
        2);
  }
}
