package io.hybridtls.certstore.storage;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code generation.json}: what an operator wants to know of a generation without opening its keys,
 * and what the certificates themselves do not tell.
 *
 * @param serials of the leaves, at least one and in order, by which the record is known to belong
 *     to the identities beside it
 */
record GenerationRecord(Instant storedAt, String issuer, String reason, List<String> serials) {

  private static final String SERIAL = "serial";

  /** Of the certificates beside the first, whose fields stand at the top. */
  private static final String OTHERS = "others";

  GenerationRecord {
    serials = List.copyOf(serials);
  }

  static GenerationRecord of(Generation generation) {
    return new GenerationRecord(
        generation.storedAt(),
        generation.issuer(),
        generation.reason(),
        generation.certificates().stream().map(HeldCertificate::serial).toList());
  }

  /** Times are ISO 8601 in UTC, hashes and serials lower-case hexadecimal. */
  String toJson(List<HeldCertificate> certificates) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("issuer", issuer);
    fields.put("reason", reason);
    fields.put("storedAt", storedAt.toString());
    fields.putAll(fieldsOf(certificates.get(0)));
    List<Map<String, Object>> others = new ArrayList<>();
    for (int place = 1; place < certificates.size(); place++) {
      Map<String, Object> other = new LinkedHashMap<>();
      other.put("identity", GenerationFolder.identity(place));
      other.put("chain", GenerationFolder.chain(place));
      other.putAll(fieldsOf(certificates.get(place)));
      others.add(other);
    }
    if (!others.isEmpty()) {
      fields.put(OTHERS, others);
    }
    return JsonRecord.toText(fields);
  }

  /**
   * @throws IOException when {@code json} lacks a field; the message names it
   */
  static GenerationRecord parse(String json) throws IOException {
    Map<String, Object> fields = JsonRecord.parse(json);
    List<String> serials = new ArrayList<>();
    serials.add(text(fields, SERIAL));
    for (Object other : fields.get(OTHERS) instanceof List<?> others ? others : List.of()) {
      serials.add(text(other instanceof Map<?, ?> known ? known : Map.of(), SERIAL));
    }
    String storedAt = text(fields, "storedAt");
    try {
      return new GenerationRecord(
          Instant.parse(storedAt), text(fields, "issuer"), text(fields, "reason"), serials);
    } catch (DateTimeException e) {
      throw new IOException("storedAt is not a time: \"" + storedAt + "\"", e);
    }
  }

  private static Map<String, Object> fieldsOf(HeldCertificate certificate) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("notBefore", certificate.notBefore().toString());
    fields.put("notAfter", certificate.notAfter().toString());
    fields.put(SERIAL, certificate.serial());
    fields.put("spkiSha256", certificate.spkiSha256());
    fields.put("names", certificate.names().stream().map(DnsName::value).toList());
    fields.put(
        "roles",
        certificate.permittedRoles().stream().sorted().map(CertificateRole::name).toList());
    fields.put("eku", keyPurposes(certificate));
    return fields;
  }

  private static String text(Map<?, ?> fields, String name) throws IOException {
    if (fields.get(name) instanceof String value) {
      return value;
    }
    throw new IOException("it has no " + name);
  }

  private static List<String> keyPurposes(HeldCertificate certificate) {
    try {
      return Optional.ofNullable(certificate.leaf().getExtendedKeyUsage()).orElse(List.of());
    } catch (CertificateParsingException e) {
      return List.of(); // permittedRoles, which is none then, tells that it allows nothing
    }
  }
}
