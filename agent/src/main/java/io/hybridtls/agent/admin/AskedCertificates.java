package io.hybridtls.agent.admin;

import io.hybridtls.agent.inventory.Spelling;
import io.hybridtls.certstore.model.CertificateId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates that a request names with {@code id}.
 *
 * @param unknown what is wrong with one of them, if anything is
 */
record AskedCertificates(Set<CertificateId> ids, Optional<String> unknown) {

  /** More than a message can name. */
  private static final int MOST_LISTED = 20;

  /** Those named in {@code parameters}; all of {@code configured} when none is. */
  static AskedCertificates in(
      Map<String, List<String>> parameters, Collection<CertificateId> configured) {
    Set<CertificateId> known = new LinkedHashSet<>(configured);
    Set<CertificateId> ids = new LinkedHashSet<>();
    for (String text : parameters.getOrDefault("id", List.of())) {
      if (!CertificateId.isValid(text) || !known.contains(CertificateId.of(text))) {
        return new AskedCertificates(Set.of(), Optional.of(unknown(text, known)));
      }
      ids.add(CertificateId.of(text));
    }
    return new AskedCertificates(ids.isEmpty() ? known : ids, Optional.empty());
  }

  /** What is wrong with {@code text}, and what there is instead. */
  static String unknown(String text, Collection<CertificateId> known) {
    List<String> names = known.stream().map(CertificateId::value).toList();
    return "there is no certificate \""
        + text
        + "\"; "
        + (names.size() <= MOST_LISTED
            ? list(known)
            : Spelling.nearest(text, names)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() -> list(known)));
  }

  /** As the object of a sentence. */
  static String names(Collection<CertificateId> ids) {
    return ids.isEmpty() || ids.size() > MOST_LISTED ? ids.size() + " certificates" : joined(ids);
  }

  /** Which there are, or how to see them where they are many. */
  static String list(Collection<CertificateId> ids) {
    if (ids.size() > MOST_LISTED) {
      return "\"hybridtls certificate list\" shows the " + ids.size() + " that are configured";
    }
    return ids.isEmpty() ? "configured are none" : "configured are " + joined(ids);
  }

  private static String joined(Collection<CertificateId> ids) {
    return ids.stream().map(CertificateId::value).collect(Collectors.joining(", "));
  }
}
