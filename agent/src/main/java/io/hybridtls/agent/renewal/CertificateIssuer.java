package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.HeldCertificate;

/**
 * Whoever signs. Implementations MUST make a new key for each call, MUST return the whole chain as
 * the CA serves it, and MUST NOT store or publish what they return. Blocks for as long as the CA
 * takes, within the issuer's own timeout; called on the renewal threads only.
 */
public interface CertificateIssuer {

  /**
   * Obtains a certificate for {@code spec}.
   *
   * @throws IssuanceException with the failure's kind, which says when to try again
   */
  HeldCertificate issue(CertificateSpec spec, IssuanceProgress progress) throws IssuanceException;
}
