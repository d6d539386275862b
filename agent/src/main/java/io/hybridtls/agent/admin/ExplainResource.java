package io.hybridtls.agent.admin;

import io.hybridtls.certstore.model.CertificateId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Why one certificate is renewed when it is, and what comes next. Changes nothing. */
public final class ExplainResource implements AdminResource {

  private static final int DONE = 0;
  private static final int USAGE = 2;

  private final Supplier<? extends Collection<CertificateId>> configured;
  private final Function<CertificateId, Optional<Map<String, Object>>> explanation;

  /**
   * Makes the resource.
   *
   * @param explanation as JSON values; empty for a certificate that is configured no more
   */
  public ExplainResource(
      Supplier<? extends Collection<CertificateId>> configured,
      Function<CertificateId, Optional<Map<String, Object>>> explanation) {
    this.configured = configured;
    this.explanation = explanation;
  }

  @Override
  public String route() {
    return "GET /v1/explain";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    AskedCertificates asked = AskedCertificates.in(parameters, configured.get());
    Map<String, Object> answer = new LinkedHashMap<>();
    Optional<String> error =
        asked.unknown().or(() -> asked.ids().size() == 1 ? Optional.empty() : notOne(asked));
    answer.put("exit", error.isPresent() ? USAGE : DONE);
    error.ifPresent(text -> answer.put("error", text));
    if (error.isEmpty()) {
      asked.ids().forEach(id -> explanation.apply(id).ifPresent(answer::putAll));
    }
    return answer;
  }

  private static Optional<String> notOne(AskedCertificates asked) {
    return Optional.of("name one certificate; " + AskedCertificates.list(asked.ids()));
  }
}
