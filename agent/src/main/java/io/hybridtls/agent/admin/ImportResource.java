package io.hybridtls.agent.admin;

import io.hybridtls.agent.imported.Assembled;
import io.hybridtls.agent.imported.GivenFile;
import io.hybridtls.agent.imported.ImportedSource;
import io.hybridtls.agent.imported.Password;
import io.hybridtls.agent.imported.UnusableFilesException;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.StoreException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a certificate in that was brought: {@code name} and {@code content} (Base64) of each file,
 * and the {@code password} of what in them is encrypted. Tells each {@code step}.
 */
public final class ImportResource implements AdminResource {

  private final ManagedCertificates certificates;
  private final RenewalCoordinator coordinator;

  public ImportResource(ManagedCertificates certificates, RenewalCoordinator coordinator) {
    this.certificates = certificates;
    this.coordinator = coordinator;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/import";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    CertificateSpec spec = certificates.require(asked.id());
    ImportedSource source = certificates.requireImported(spec);
    Audience audience = new Audience(progress);
    try {
      Assembled made =
          source.assemble(
              spec,
              certificates.live(spec.id()),
              files(asked),
              asked.find("password").map(Password::of));
      made.leftOut()
          .forEach(
              what -> step(audience, spec.id(), "left out, since it belongs to no chain: " + what));
      RenewalOutcome outcome =
          coordinator.adopt(
              spec.id(), made.certificates(), "it was imported", s -> step(audience, spec.id(), s));
      settle(source, spec, made, outcome);
      return result(spec.id(), made, outcome);
    } catch (UnusableFilesException e) {
      throw new RefusedRequestException(
          RefusedRequestException.FAILED, "refused: " + e.getMessage() + "; nothing was changed");
    } catch (StoreException e) {
      throw ManagedCertificates.failed(e);
    }
  }

  private static List<GivenFile> files(Parameters asked) {
    List<String> names = asked.all("name");
    List<String> contents = asked.all("content");
    if (names.isEmpty() || names.size() != contents.size()) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE, "give a file, and for each its name and its content");
    }
    List<GivenFile> files = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      try {
        files.add(GivenFile.of(names.get(i), Base64.getDecoder().decode(contents.get(i))));
      } catch (IllegalArgumentException e) {
        throw new RefusedRequestException(
            RefusedRequestException.USAGE, names.get(i) + " did not arrive as Base64");
      }
    }
    return files;
  }

  /** Once the certificate is stored, its key is kept with it. */
  private static void settle(
      ImportedSource source, CertificateSpec spec, Assembled made, RenewalOutcome outcome)
      throws StoreException {
    if (outcome instanceof RenewalOutcome.Renewed) {
      source.settle(spec, made.certificates());
    }
  }

  private static Map<String, Object> result(
      CertificateId id, Assembled made, RenewalOutcome outcome) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("exit", outcome.exitCode());
    shown.put("certificate", id.value());
    shown.put("outcome", Outcomes.kind(outcome));
    shown.put("text", outcome.describe());
    shown.put("left-out", made.leftOut());
    return shown;
  }

  private static void step(Audience audience, CertificateId id, String step) {
    audience.tell(Map.of("certificate", id.value(), "step", step));
  }
}
