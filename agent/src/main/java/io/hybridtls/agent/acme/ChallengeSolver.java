package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.DnsName;
import java.net.URL;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;

/** Proves control over a name in one of the ways of RFC 8555, section 8. Safe for any thread. */
interface ChallengeSolver {

  /** As in the CA's challenge objects, such as {@code http-01}. */
  String type();

  /** Whether the CA accepts this proof for {@code name}. */
  boolean canProve(DnsName name);

  /** Whether the CA accepts this proof for IP addresses (RFC 8738). */
  boolean provesAddresses();

  /**
   * Puts in place what the CA will look for; empty when {@code authorization} offers no challenge
   * of this type. The CA is told to look after {@link PresentedChallenge#awaitVisible}. A failure
   * MUST leave nothing behind.
   *
   * @param account the account that the order is of
   */
  Optional<PresentedChallenge> present(Authorization authorization, URL account)
      throws IssuanceException;

  /**
   * What will stand against the next renewal of {@code spec}, with the remedy; no I/O.
   *
   * @param notAfter when the certificate that is in use ends
   */
  default List<String> warnings(CertificateSpec spec, Optional<Instant> notAfter) {
    return List.of();
  }

  /**
   * Brings what {@link #warnings} answers up to date, where it is time to look. May block, within a
   * timeout; called by one thread, again and again.
   */
  default void refresh() {}
}
