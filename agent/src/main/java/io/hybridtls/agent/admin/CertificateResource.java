package io.hybridtls.agent.admin;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Everything about one certificate: what is configured, and each stored generation, newest first.
 */
public final class CertificateResource implements AdminResource {

  private final ManagedCertificates certificates;

  public CertificateResource(ManagedCertificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public String route() {
    return "GET /v1/certificate";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    CertificateId id = new Parameters(parameters).id();
    if (!certificates.ids().contains(id)) {
      throw ManagedCertificates.unknown(id, certificates.ids());
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("exit", 0);
    shown.put("id", id.value());
    certificates.find(id).ifPresent(spec -> putSpec(shown, spec));
    try {
      shown.put("generations", generations(id));
    } catch (StoreException e) {
      throw ManagedCertificates.failed(e);
    }
    return shown;
  }

  private static void putSpec(Map<String, Object> shown, CertificateSpec spec) {
    shown.put("names", spec.identifiers());
    shown.put("issuer", spec.issuer());
    shown.put("keys", spec.keys().stream().map(KeyAlgorithm::label).toList());
    shown.put(
        "roles",
        spec.roles().stream().sorted().map(role -> role.name().toLowerCase(Locale.ROOT)).toList());
  }

  private List<Map<String, Object>> generations(CertificateId id) throws StoreException {
    List<Long> newestFirst = new ArrayList<>(certificates.store().generations(id));
    Collections.reverse(newestFirst);
    Optional<Long> live = certificates.live(id).map(Generation::number);
    List<Map<String, Object>> shown = new ArrayList<>();
    for (long number : newestFirst) {
      Optional<Generation> generation = certificates.store().find(id, number);
      if (generation.isPresent()) {
        shown.add(generation(generation.get(), live.equals(Optional.of(number))));
      }
    }
    return shown;
  }

  private static Map<String, Object> generation(Generation generation, boolean live) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("number", generation.number());
    shown.put("live", live);
    shown.put("stored", generation.storedAt().toString());
    shown.put("issuer", generation.issuer());
    shown.put("reason", generation.reason());
    shown.put(
        "certificates", generation.certificates().stream().map(CertificateDetails::of).toList());
    return shown;
  }
}
