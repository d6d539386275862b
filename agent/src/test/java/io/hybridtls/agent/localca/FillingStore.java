package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.util.List;
import java.util.Optional;

/** A store whose disk may fill up. */
final class FillingStore implements CertificateStore {

  private final CertificateStore store;
  private boolean full;

  FillingStore(CertificateStore store) {
    this.store = store;
  }

  void fillUp() {
    full = true;
  }

  @Override
  public List<CertificateId> ids() throws StoreException {
    return store.ids();
  }

  @Override
  public List<Long> generations(CertificateId id) throws StoreException {
    return store.generations(id);
  }

  @Override
  public Optional<Generation> find(CertificateId id, long number) throws StoreException {
    return store.find(id, number);
  }

  @Override
  public Optional<Long> activeNumber(CertificateId id) throws StoreException {
    return store.activeNumber(id);
  }

  @Override
  public Generation append(
      CertificateId id, List<HeldCertificate> certificates, String issuer, String reason)
      throws StoreException {
    if (full) {
      throw new StoreException("the disk is full");
    }
    return store.append(id, certificates, issuer, reason);
  }

  @Override
  public void activate(CertificateId id, long number) throws StoreException {
    store.activate(id, number);
  }

  @Override
  public void prune(CertificateId id, int keep) throws StoreException {
    store.prune(id, keep);
  }
}
