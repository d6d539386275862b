package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.localca.LocalCa;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One private CA in {@code hybridtls status}: who signs, whom peers trust, what is coming. */
record PrivateCaSummary(String issuer, LocalCa ca) {

  Map<String, Object> asMap() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("issuer", issuer);
    shown.put("roots", all(ca.roots()));
    shown.put("issuing", all(ca.issuing()));
    ca.notice().ifPresent(text -> shown.put("notice", text));
    return shown;
  }

  private static List<Map<String, String>> all(List<X509Certificate> certificates) {
    return certificates.stream().map(PrivateCaSummary::one).toList();
  }

  private static Map<String, String> one(X509Certificate certificate) {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("subject", certificate.getSubjectX500Principal().getName());
    shown.put("serial", certificate.getSerialNumber().toString(16));
    shown.put("not-after", certificate.getNotAfter().toInstant().toString());
    return shown;
  }
}
