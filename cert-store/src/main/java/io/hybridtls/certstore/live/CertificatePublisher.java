package io.hybridtls.certstore.live;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.util.Collection;
import java.util.Set;

/**
 * The write side. Swaps are serialised; safe for any thread but event loops, since contexts are
 * built.
 */
public interface CertificatePublisher {

  /**
   * Puts {@code generations} in place of those with the same ids, in one swap.
   *
   * @return the snapshot that is live afterwards
   * @throws SwapRejectedException when a participant cannot use them; the old snapshot stays live
   */
  LiveSnapshot publish(Collection<Generation> generations) throws SwapRejectedException;

  /** Takes every certificate out of the snapshot whose id is not in {@code ids}. */
  LiveSnapshot retain(Set<CertificateId> ids) throws SwapRejectedException;
}
