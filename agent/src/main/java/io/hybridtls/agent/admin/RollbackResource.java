package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts an earlier generation back into use: the one that is named, or the one before the live. */
public final class RollbackResource implements AdminResource {

  private final ManagedCertificates certificates;
  private final LocalCas authorities;
  private final RenewalCoordinator coordinator;

  public RollbackResource(
      ManagedCertificates certificates, LocalCas authorities, RenewalCoordinator coordinator) {
    this.certificates = certificates;
    this.authorities = authorities;
    this.coordinator = coordinator;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/rollback";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    CertificateId id = asked.id();
    certificates.require(id);
    Generation earlier =
        certificates.generation(id, asked.generation().or(() -> Optional.of(before(id))));
    requireNotRevoked(earlier);
    Audience audience = new Audience(progress);
    RenewalOutcome outcome =
        coordinator.rollBack(
            earlier, step -> audience.tell(Map.of("certificate", id.value(), "step", step)));
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("exit", outcome.exitCode());
    shown.put("certificate", id.value());
    shown.put("generation", earlier.number());
    shown.put("outcome", Outcomes.kind(outcome));
    shown.put("text", outcome.describe());
    return shown;
  }

  /** By its serial number or with its issuing CA; what was revoked by its id is known elsewhere. */
  private void requireNotRevoked(Generation earlier) {
    if (!coordinator.isRevoked(earlier) && !authorities.revokedOf(earlier).isEmpty()) {
      throw new RefusedRequestException(
          RefusedRequestException.FAILED,
          "generation "
              + earlier.label()
              + " has been revoked by the private CA "
              + earlier.issuer()
              + "; nothing was changed");
    }
  }

  private long before(CertificateId id) {
    long live = certificates.live(id).map(Generation::number).orElse(Long.MAX_VALUE);
    try {
      return certificates.store().generations(id).stream()
          .filter(number -> number < live)
          .reduce((one, next) -> next)
          .orElseThrow(
              () ->
                  new RefusedRequestException(
                      RefusedRequestException.FAILED,
                      "no generation of " + id + " before the live one is kept"));
    } catch (StoreException e) {
      throw ManagedCertificates.failed(e);
    }
  }
}
