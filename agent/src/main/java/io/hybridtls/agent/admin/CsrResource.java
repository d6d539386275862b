package io.hybridtls.agent.admin;

import io.hybridtls.agent.imported.ImportedSource;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.storage.StoreException;
import java.util.List;
import java.util.Map;

/** Requests for a CA that the agent does not speak to; their keys stay with the agent. */
public final class CsrResource implements AdminResource {

  private final ManagedCertificates certificates;

  public CsrResource(ManagedCertificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/csr";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    CertificateSpec spec = certificates.require(asked.id());
    ImportedSource source = certificates.requireImported(spec);
    try {
      List<String> requests =
          source.requests(spec, certificates.live(spec.id()), asked.isTrue("new-key"));
      return Map.of(
          "exit",
          0,
          "certificate",
          spec.id().value(),
          "keys",
          spec.keys().stream().map(KeyAlgorithm::label).toList(),
          "requests",
          requests);
    } catch (StoreException e) {
      throw ManagedCertificates.failed(e);
    }
  }
}
