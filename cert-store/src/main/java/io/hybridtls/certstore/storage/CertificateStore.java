package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the generations of certificates, and which of them is active.
 *
 * <p>Implementations MUST keep key, chain and metadata together or not at all; MUST be durable when
 * a method returns; MUST leave what was there before unchanged when a method throws; and MUST be
 * safe for use by several threads. Methods block on I/O: never call them on an event loop.
 */
public interface CertificateStore {

  /** The ids that have at least one generation, sorted. */
  List<CertificateId> ids() throws StoreException;

  /** The numbers of the stored generations of {@code id}, ascending; empty when there are none. */
  List<Long> generations(CertificateId id) throws StoreException;

  /** Reads one generation; empty when it is not stored. */
  Optional<Generation> find(CertificateId id, long number) throws StoreException;

  /** The number of the active generation; empty when none has been activated. */
  Optional<Long> activeNumber(CertificateId id) throws StoreException;

  /** The active generation; empty when none has been activated. */
  default Optional<Generation> active(CertificateId id) throws StoreException {
    Optional<Long> number = activeNumber(id);
    return number.isPresent() ? find(id, number.get()) : Optional.empty();
  }

  /**
   * Stores a new generation, numbered one above the highest; it is not active yet.
   *
   * @param certificates at least one
   */
  Generation append(
      CertificateId id, List<HeldCertificate> certificates, String issuer, String reason)
      throws StoreException;

  /** Stores a new generation with one kind of key. */
  default Generation append(
      CertificateId id, HeldCertificate certificate, String issuer, String reason)
      throws StoreException {
    return append(id, List.of(certificate), issuer, reason);
  }

  /**
   * Makes a stored generation the active one.
   *
   * @throws StoreException also when that generation is not stored
   */
  void activate(CertificateId id, long number) throws StoreException;

  /** Removes the oldest generations beyond {@code keep}; the active one always stays. */
  void prune(CertificateId id, int keep) throws StoreException;
}
