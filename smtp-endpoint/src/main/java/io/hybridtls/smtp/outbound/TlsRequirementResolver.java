package io.hybridtls.smtp.outbound;

/**
 * Decides how safe a route must be. Never less safe than the connector says. Safe for any thread.
 */
@FunctionalInterface
public interface TlsRequirementResolver {

  TlsRequirement requirementFor(Route route);

  /** What the connector says, and nothing else. */
  static TlsRequirementResolver ofConnectors() {
    return route -> route.connector().tls();
  }
}
