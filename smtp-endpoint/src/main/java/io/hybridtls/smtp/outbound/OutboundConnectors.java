package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.protocol.EmailAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configured connectors, and which of them serves a recipient: one that names the domain, then
 * the one with the longest {@code *.} pattern, then the one for {@code *}; among equals the first.
 * An address literal has no domain, so only {@code *} serves it. Immutable.
 */
public final class OutboundConnectors {

  private final List<OutboundConnector> connectors;
  private final Map<String, OutboundConnector> exact = new HashMap<>();
  private final Map<String, OutboundConnector> within = new HashMap<>();
  private final @Nullable OutboundConnector any;

  private OutboundConnectors(List<OutboundConnector> connectors) {
    this.connectors = List.copyOf(connectors);
    OutboundConnector forAll = null;
    for (OutboundConnector connector : this.connectors) {
      for (DomainPattern pattern : connector.recipientDomains()) {
        if (pattern instanceof DomainPattern.Exact one) {
          exact.putIfAbsent(one.domain().value(), connector);
        } else if (pattern instanceof DomainPattern.Within tree) {
          within.putIfAbsent(tree.domain().value(), connector);
        } else if (forAll == null) {
          forAll = connector;
        }
      }
    }
    this.any = forAll;
  }

  /** In order of configuration. */
  public static OutboundConnectors of(List<OutboundConnector> connectors) {
    return new OutboundConnectors(connectors);
  }

  /** The connector that mail for {@code recipient} takes; empty when none serves its domain. */
  public Optional<OutboundConnector> serving(EmailAddress recipient) {
    String domain = recipient.domain();
    if (domain.startsWith("[")) {
      return Optional.ofNullable(any);
    }
    OutboundConnector found = exact.get(domain);
    for (int at = 0; found == null && at >= 0; at = nextLabel(domain, at)) {
      found = within.get(domain.substring(at));
    }
    return Optional.ofNullable(found == null ? any : found);
  }

  public List<OutboundConnector> all() {
    return connectors;
  }

  /** Where the label after the one at {@code at} begins; negative after the last. */
  private static int nextLabel(String domain, int at) {
    int dot = domain.indexOf('.', at);
    return dot < 0 ? -1 : dot + 1;
  }
}
