package io.hybridtls.agent.acme;

import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** One CA's suggestions, as a file a certificate, named by its fingerprint. Safe for any thread. */
final class RenewalInfoMemory {

  private final JsonFolder files;
  private final Map<String, RenewalInfoRecord> records = new ConcurrentHashMap<>();

  /** Reads what is kept in {@code directory}. */
  RenewalInfoMemory(Path directory) {
    files = new JsonFolder(directory);
    files
        .readAll()
        .forEach(
            (fingerprint, fields) ->
                RenewalInfoRecord.of(fields).ifPresent(known -> records.put(fingerprint, known)));
  }

  Optional<RenewalInfoRecord> find(HeldCertificate certificate) {
    return records.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(records.get(certificate.fingerprint()));
  }

  void put(HeldCertificate certificate, RenewalInfoRecord known) {
    String fingerprint = certificate.fingerprint();
    records.put(fingerprint, known);
    files.write(fingerprint, known.toMap());
  }

  /** Forgets all others. */
  void retain(List<HeldCertificate> live) {
    Set<String> wanted =
        live.stream().map(HeldCertificate::fingerprint).collect(Collectors.toSet());
    for (String fingerprint : Set.copyOf(records.keySet())) {
      if (!wanted.contains(fingerprint)) {
        records.remove(fingerprint);
        files.remove(fingerprint);
      }
    }
  }
}
