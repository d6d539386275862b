package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.KeyPair;
import java.util.Optional;

/**
 * One certificate that an issuer is asked for: its key, and a place for the order that outlives
 * {@code kill -9}. Used by one thread.
 */
public interface IssuanceRequest {

  CertificateSpec spec();

  /** Which of the spec's kinds of key this certificate is for. */
  KeyAlgorithm algorithm();

  /**
   * The key that is to be certified: made and kept, encrypted, when first asked for, and the same
   * one each time until a certificate for it has been stored.
   *
   * @throws IssuanceException when it cannot be kept; nothing must be ordered then
   */
  KeyPair keys() throws IssuanceException;

  /** What is live and is to be replaced. */
  Optional<Generation> replaced();

  /** Whether {@code held} was revoked, so that to present it proves nothing any more. */
  boolean isRevoked(HeldCertificate held);

  /**
   * Called before an order is sent that does not name what it replaces: unlike one that does, it is
   * counted by the CA's limits.
   *
   * @throws IssuanceException when it must not be sent
   */
  default void replaceNothing() throws IssuanceException {}

  /** What {@link #place} noted in an earlier attempt, which may have been cut short. */
  Optional<String> placed();

  /**
   * Notes that {@code order}, such as its URL, is placed; durable when it returns.
   *
   * @throws IssuanceException when it cannot be noted
   */
  void place(String order) throws IssuanceException;

  /**
   * Whether what is placed has had all the time that it can reasonably take. If it still leads to
   * nothing, placing another is the better way.
   */
  default boolean isOverdue() {
    return false;
  }

  /** Notes that what was placed leads to nothing any more; the next attempt has a new key. */
  void giveUp() throws IssuanceException;
}
