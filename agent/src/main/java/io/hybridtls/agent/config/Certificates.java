package io.hybridtls.agent.config;

import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.DailyWindow;
import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.inventory.Spelling;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the file says of certificates, and what references to them are held against.
 *
 * @param specs by id; one that could not be read is there by its id alone
 * @param hours of those that have hours of their own; no windows are no restriction
 */
record Certificates(
    Map<String, Optional<CertificateSpec>> specs, Map<CertificateId, List<DailyWindow>> hours) {

  static final ValueReader<CertificateId> REFERENCE = Readers.text("mail", CertificateId::of);

  Certificates {
    specs = Map.copyOf(specs);
    hours = Map.copyOf(hours);
  }

  /**
   * @param common the hours of certificates that have none of their own, and the zone of all
   */
  CertificateInventory inventory(RenewalHours common) {
    List<CertificateSpec> all = specs.values().stream().flatMap(Optional::stream).toList();
    Map<CertificateId, RenewalHours> confined = new HashMap<>();
    for (CertificateSpec spec : all) {
      List<DailyWindow> windows = hours.getOrDefault(spec.id(), common.windows());
      confined.put(spec.id(), new RenewalHours(windows, common.zone()));
    }
    return CertificateInventory.of(all).withHours(confined);
  }

  /** Reports a reference that leads nowhere, or to a certificate that is not for {@code role}. */
  void require(Setting<Optional<CertificateId>> reference, CertificateRole role) {
    reference.read().flatMap(id -> id).ifPresent(id -> require(reference, id.value(), role));
  }

  private void require(Setting<?> reference, String id, CertificateRole role) {
    Optional<CertificateSpec> spec = specs.get(id);
    if (spec == null) {
      reference.wrong(
          "no certificate " + Shown.text(id) + " is configured",
          Spelling.nearest(id, specs.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElse("add it to certificates, or name one that is there"));
      return;
    }
    String wanted = role.name().toLowerCase(Locale.ROOT);
    if (spec.filter(found -> !found.roles().contains(role)).isPresent()) {
      reference.wrong(
          "certificate " + id + " is not for the role " + wanted,
          "add " + wanted + " to certificates." + id + ".roles, or name another certificate");
    }
  }
}
