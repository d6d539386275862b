package io.hybridtls.agent.admin;

import io.hybridtls.certstore.model.CertificateId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The certificates that a request names with {@code id}.
 *
 * @param unknown what is wrong with one of them, if anything is
 */
record AskedCertificates(Set<CertificateId> ids, Optional<String> unknown) {

  /** Those named in {@code parameters}; all of {@code configured} when none is. */
  static AskedCertificates in(
      Map<String, List<String>> parameters, Collection<CertificateId> configured) {
    Set<CertificateId> known = new LinkedHashSet<>(configured);
    Set<CertificateId> ids = new LinkedHashSet<>();
    for (String text : parameters.getOrDefault("id", List.of())) {
      if (!CertificateId.isValid(text) || !known.contains(CertificateId.of(text))) {
        return new AskedCertificates(
            Set.of(),
            Optional.of("there is no certificate \"" + text + "\"; configured are " + list(known)));
      }
      ids.add(CertificateId.of(text));
    }
    return new AskedCertificates(ids.isEmpty() ? known : ids, Optional.empty());
  }

  static String list(Collection<CertificateId> ids) {
    return ids.isEmpty()
        ? "none"
        : String.join(", ", ids.stream().map(CertificateId::value).toList());
  }
}
