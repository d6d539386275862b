package io.hybridtls.certstore.storage;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.security.cert.CertificateParsingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code generation.json}: what an operator wants to know of a generation without opening its key,
 * and what the certificate itself does not tell.
 *
 * @param serial of the leaf, by which the record is known to belong to the identity beside it
 */
record GenerationRecord(Instant storedAt, String issuer, String reason, String serial) {

  private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

  static GenerationRecord of(
      HeldCertificate certificate, Instant storedAt, String issuer, String reason) {
    return new GenerationRecord(storedAt, issuer, reason, certificate.serial());
  }

  /** Times are ISO 8601 in UTC, hashes and serials lower-case hexadecimal. */
  String toJson(HeldCertificate certificate) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("issuer", issuer);
    fields.put("reason", reason);
    fields.put("storedAt", storedAt.toString());
    fields.put("notBefore", certificate.notBefore().toString());
    fields.put("notAfter", certificate.notAfter().toString());
    fields.put("serial", serial);
    fields.put("spkiSha256", certificate.spkiSha256());
    fields.put("names", certificate.names().stream().map(DnsName::value).toList());
    fields.put(
        "roles",
        certificate.permittedRoles().stream().sorted().map(CertificateRole::name).toList());
    fields.put("eku", keyPurposes(certificate));
    return FORMAT.asString(fields) + "\n";
  }

  /**
   * @throws IOException when {@code json} lacks a field; the message names it
   */
  static GenerationRecord parse(String json) throws IOException {
    Map<String, Object> fields = FORMAT.mapFrom(json);
    String storedAt = text(fields, "storedAt");
    try {
      return new GenerationRecord(
          Instant.parse(storedAt),
          text(fields, "issuer"),
          text(fields, "reason"),
          text(fields, "serial"));
    } catch (DateTimeException e) {
      throw new IOException("storedAt is not a time: \"" + storedAt + "\"", e);
    }
  }

  private static String text(Map<String, Object> fields, String name) throws IOException {
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
