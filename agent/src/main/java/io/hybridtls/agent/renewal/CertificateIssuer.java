package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.HeldCertificate;

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
}
