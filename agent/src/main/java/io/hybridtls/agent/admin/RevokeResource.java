package io.hybridtls.agent.admin;

import io.hybridtls.agent.acme.AcmeIssuer;
import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.agent.localca.RevocationReason;
import io.hybridtls.agent.localca.RevocationResult;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Revokes what the live generation of an id has, or what a private CA has signed with a serial
 * number, its issuing CA included. What is in use is issued anew at once; tells each {@code step}.
 */
public final class RevokeResource implements AdminResource {

  private final ManagedCertificates certificates;
  private final LocalCas authorities;
  private final RenewalCoordinator coordinator;

  public RevokeResource(
      ManagedCertificates certificates, LocalCas authorities, RenewalCoordinator coordinator) {
    this.certificates = certificates;
    this.authorities = authorities;
    this.coordinator = coordinator;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/revoke";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    RevocationReason reason = reason(asked.find("reason").orElse("unspecified"));
    String which = asked.require("certificate");
    try {
      boolean isId =
          CertificateId.isValid(which) && certificates.ids().contains(CertificateId.of(which));
      return isId
          ? byId(CertificateId.of(which), asked.generation(), reason, new Audience(progress))
          : bySerial(which, reason, new Audience(progress));
    } catch (IssuanceException | IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, ?> byId(
      CertificateId id, Optional<Long> number, RevocationReason reason, Audience audience)
      throws IssuanceException, IOException {
    Generation generation = certificates.generation(id, number);
    Set<CertificateId> before = unusable();
    List<String> said = new ArrayList<>();
    for (HeldCertificate held : generation.certificates()) {
      said.add(revoke(generation.issuer(), held, reason));
      coordinator.revoked(generation, held, reason.label());
    }
    before.remove(id);
    return replaced(before, said, audience);
  }

  private String revoke(String issuer, HeldCertificate held, RevocationReason reason)
      throws IssuanceException, IOException {
    Optional<LocalCa> authority = authorities.find(issuer);
    if (authority.isPresent()) {
      RevocationResult result = authority.get().revoke(held.serial(), reason);
      if (result instanceof RevocationResult.NotIssued) {
        throw failed(result.describe());
      }
      return result.describe();
    }
    Optional<CertificateIssuer> asked = certificates.issuer(issuer);
    if (asked.isPresent() && asked.get() instanceof AcmeIssuer acme) {
      return acme.account().revoke(held, reason.label())
          ? "revoked " + held.serial() + " (" + reason.label() + ")"
          : held.serial() + " was revoked before";
    }
    throw failed(
        "the agent cannot ask issuer "
            + issuer
            + " to revoke "
            + held.serial()
            + "; ask the CA that signed it");
  }

  private Map<String, ?> bySerial(String serial, RevocationReason reason, Audience audience)
      throws IOException {
    Set<CertificateId> before = unusable();
    for (LocalCa authority : authorities.all().values()) {
      RevocationResult result = revoke(authority, serial, reason);
      if (result instanceof RevocationResult.Root) {
        throw failed(result.describe());
      }
      if (!(result instanceof RevocationResult.NotIssued)) {
        before.removeAll(noted(reason));
        return replaced(before, new ArrayList<>(List.of(result.describe())), audience);
      }
    }
    authorities.requireWhole();
    throw new RefusedRequestException(
        RefusedRequestException.USAGE,
        "\""
            + serial
            + "\" is neither a certificate's id nor a serial number that a private CA has given");
  }

  /**
   * Notes what we present ourselves and cannot any more, by itself or with its issuing CA. The key
   * of a certificate is not compromised with that of its issuing CA.
   */
  private Set<CertificateId> noted(RevocationReason reason) {
    Set<CertificateId> noted = new TreeSet<>();
    for (CertificateId id : certificates.ids()) {
      certificates.live(id).filter(live -> noted(live, reason)).ifPresent(live -> noted.add(id));
    }
    return noted;
  }

  private boolean noted(Generation live, RevocationReason reason) {
    LocalCas.RevokedParts revoked = authorities.revokedOf(live);
    revoked.leaves().forEach(held -> coordinator.revoked(live, held, reason.label()));
    revoked
        .dependents()
        .forEach(held -> coordinator.revoked(live, held, "its issuing CA: " + reason.label()));
    return !revoked.isEmpty();
  }

  /** What is in use and revoked, also because another certificate has the same key. */
  private Set<CertificateId> unusable() {
    return certificates.ids().stream()
        .filter(id -> certificates.live(id).filter(coordinator::isRevoked).isPresent())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * What cannot be used any more is issued anew at once.
   *
   * @param before of which that has been so before
   */
  private Map<String, ?> replaced(Set<CertificateId> before, List<String> said, Audience audience) {
    Set<CertificateId> affected = unusable();
    affected.removeAll(before);
    int exit = 0;
    for (CertificateId id : affected) {
      RenewalOutcome outcome = replaced(id, audience);
      said.add(id + ": " + outcome.describe());
      exit = Outcomes.worse(exit, outcome.exitCode());
    }
    return Map.of("exit", exit, "text", String.join("\n", said));
  }

  private RenewalOutcome replaced(CertificateId id, Audience audience) {
    return coordinator.renew(
        id, false, step -> audience.tell(Map.of("certificate", id.value(), "step", step)));
  }

  private static RevocationResult revoke(LocalCa authority, String serial, RevocationReason reason)
      throws IOException {
    try {
      return authority.revoke(serial, reason);
    } catch (IllegalArgumentException e) {
      return new RevocationResult.NotIssued(serial, "");
    }
  }

  private static RevocationReason reason(String label) {
    return RevocationReason.ofLabel(label)
        .orElseThrow(
            () ->
                new RefusedRequestException(
                    RefusedRequestException.USAGE,
                    "\""
                        + label
                        + "\" is not a reason; write one of "
                        + Arrays.stream(RevocationReason.values())
                            .map(RevocationReason::label)
                            .collect(Collectors.joining(", "))));
  }

  private static RefusedRequestException failed(String message) {
    return new RefusedRequestException(RefusedRequestException.FAILED, message);
  }
}
