package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.util.List;
import java.util.Optional;

/**
 * Whoever signs. Implementations MUST certify the key of the request, unless the key comes with the
 * certificate; MUST return the whole chain as the CA serves it; MUST write down with the request
 * what they place with the CA, before they go on, so that no certificate is ordered twice; and MUST
 * NOT store or publish what they return. Blocks for as long as the CA takes, within the issuer's
 * own timeout; called on the renewal threads only.
 */
public interface CertificateIssuer {

  /**
   * Obtains one certificate.
   *
   * @throws IssuanceException with the failure's kind, which says when to try again
   */
  HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException;

  /**
   * Whether an order for {@code spec} would tell the CA that it replaces {@code live}, which
   * exempts it from the CA's limits (RFC 9773, section 5). MUST NOT do I/O.
   */
  default boolean replaces(CertificateSpec spec, Generation live) {
    return false;
  }

  /**
   * Whether it dates certificates by the clock of this machine. What it dated while that was ahead
   * is made anew; the dates of any other CA are right, and where they lie ahead it is our clock
   * that is behind: then nothing is made anew.
   */
  default boolean datesByThisClock() {
    return false;
  }

  /**
   * When it suggests that {@code live}, which it issued, be renewed, as it was last heard. MUST NOT
   * do I/O: asked for each certificate at each look, by any thread.
   */
  default Optional<SuggestedWindow> suggestion(HeldCertificate live) {
    return Optional.empty();
  }

  /**
   * What will stand against the next renewal of {@code spec} from here unless somebody acts, each
   * with the remedy. MUST NOT do I/O: asked whenever the status is.
   */
  default List<String> warnings(CertificateSpec spec, Optional<Generation> live) {
    return List.of();
  }

  /**
   * Brings what {@link #suggestion} and {@link #warnings} answer up to date, where it is time to
   * ask. May block on the CA, within a timeout; called by one thread, again and again. MUST NOT
   * fail: a CA that does not answer leaves what was heard before.
   *
   * @param live all that is live and came from here; nothing needs to be known of others
   */
  default void refreshSuggestions(List<HeldCertificate> live) {}

  /**
   * Asks for the suggestions for {@code live} although it may not be time yet: an operator wants to
   * know now. May block on the CA as above, and MUST NOT fail; called by any thread.
   *
   * @param live what came from here
   */
  default void askForSuggestions(List<HeldCertificate> live) {}
}
