package io.hybridtls.agent.activation;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Looks from outside whether a swap has reached the listeners. Blocks; for renewal threads only.
 */
@FunctionalInterface
public interface DeploymentProof {

  /**
   * One proof for each of the certificates on each listener that uses them; none when no listener
   * does.
   */
  List<Proof> prove(Generation generation);

  /**
   * Connects to each listener and compares the certificates that it presents.
   *
   * @param listeners those that use a certificate; asked at each proof, since ports may be bound
   *     late
   * @param timeout for connecting, and for each answer
   */
  static DeploymentProof byHandshake(
      Function<CertificateId, List<ListenerTarget>> listeners, Duration timeout) {
    return new HandshakeProof(listeners, timeout);
  }
}
