package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.inventory.RenewalRule;
import io.hybridtls.agent.ratelimit.SpentShare;
import io.hybridtls.agent.renewal.Explanation;
import io.hybridtls.agent.renewal.IssuerStanding;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code hybridtls explain} shows of one certificate: what {@code status} shows, and how it
 * comes about.
 */
record CertificateExplanation(Explanation explanation, Optional<Instant> nextLook) {

  Map<String, Object> asMap() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("now", explanation.now().toString());
    shown.putAll(new CertificateSummary(explanation.status(), explanation.now()).asMap());
    shown.put("rules", explanation.rules().stream().map(CertificateExplanation::rule).toList());
    shown.put(
        "issuers", explanation.issuers().stream().map(CertificateExplanation::issuer).toList());
    nextLook.ifPresent(at -> shown.put("next-look", at.toString()));
    shown.put("next", explanation.next(nextLook));
    return shown;
  }

  private static Map<String, Object> rule(RenewalRule rule) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", rule.name());
    shown.put("finding", rule.finding());
    return shown;
  }

  private static Map<String, Object> issuer(IssuerStanding standing) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", standing.issuer());
    standing
        .rest()
        .ifPresent(
            rest -> {
              shown.put("rests-until", rest.until().toString());
              shown.put("rests-because", rest.reason());
            });
    shown.put("spent", standing.spent().stream().map(SpentShare::describe).toList());
    return shown;
  }
}
