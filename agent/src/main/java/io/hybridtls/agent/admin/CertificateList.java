package io.hybridtls.agent.admin;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every certificate that is configured or stored, in a line each. */
public final class CertificateList {

  private final ManagedCertificates certificates;

  public CertificateList(ManagedCertificates certificates) {
    this.certificates = certificates;
  }

  /** JSON values. Blocks on I/O. */
  public Map<String, Object> asMap() {
    return Map.of("exit", 0, "certificates", certificates.ids().stream().map(this::entry).toList());
  }

  private Map<String, Object> entry(CertificateId id) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", id.value());
    Optional<CertificateSpec> spec = certificates.find(id);
    shown.put("configured", spec.isPresent());
    spec.ifPresent(
        configured -> {
          shown.put("names", configured.identifiers());
          shown.put("issuer", configured.issuer());
        });
    Optional<Generation> live = certificates.live(id);
    shown.put("live", live.isPresent());
    live.ifPresent(
        generation -> {
          shown.put("generation", generation.number());
          shown.put("serial", generation.certificate().serial());
          shown.put("not-after", generation.endingFirst().notAfter().toString());
        });
    shown.put("generations", generations(id));
    return shown;
  }

  private List<Long> generations(CertificateId id) {
    try {
      return certificates.store().generations(id);
    } catch (StoreException e) {
      throw ManagedCertificates.failed(e);
    }
  }
}
