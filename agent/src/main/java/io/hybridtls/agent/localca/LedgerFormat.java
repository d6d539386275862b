package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.Authority.Kind;
import io.hybridtls.agent.localca.IssuedCertificate.Revocation;
import io.hybridtls.certstore.storage.JsonRecord;
import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An {@link IssuedCertificate} as JSON; times are ISO 8601 in UTC, serials hexadecimal. */
final class LedgerFormat {

  private LedgerFormat() {}

  static String toJson(IssuedCertificate issued) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("serial", issued.serial().toString(16));
    fields.put("signer", issued.signer().label());
    fields.put("authority", issued.authority());
    fields.put("purpose", issued.purpose());
    fields.put("names", issued.names());
    fields.put("issuedAt", issued.issuedAt().toString());
    fields.put("notAfter", issued.notAfter().toString());
    issued
        .revocation()
        .ifPresent(
            revocation -> {
              fields.put("revokedAt", revocation.at().toString());
              fields.put("reason", revocation.reason().label());
            });
    return JsonRecord.toText(fields);
  }

  /**
   * @throws IOException when {@code json} is not what {@link #toJson} makes
   */
  static IssuedCertificate parse(String json) throws IOException {
    Map<String, Object> fields = JsonRecord.parse(json);
    try {
      return new IssuedCertificate(
          new BigInteger(text(fields, "serial"), 16),
          signer(fields),
          number(fields, "authority"),
          text(fields, "purpose"),
          names(fields),
          Instant.parse(text(fields, "issuedAt")),
          Instant.parse(text(fields, "notAfter")),
          revocation(fields));
    } catch (DateTimeException | NumberFormatException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<Revocation> revocation(Map<String, Object> fields) throws IOException {
    if (!fields.containsKey("revokedAt")) {
      return Optional.empty();
    }
    String reason = text(fields, "reason");
    return Optional.of(
        new Revocation(
            Instant.parse(text(fields, "revokedAt")),
            RevocationReason.ofLabel(reason)
                .orElseThrow(() -> new IOException("\"" + reason + "\" is no reason"))));
  }

  /** Records from before issuing CAs could be revoked name none. */
  private static Kind signer(Map<String, Object> fields) throws IOException {
    Object label = fields.getOrDefault("signer", Kind.ISSUING.label());
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IOException("\"" + label + "\" signs nothing"));
  }

  private static List<String> names(Map<String, Object> fields) throws IOException {
    if (fields.get("names") instanceof List<?> names) {
      return names.stream().map(String::valueOf).toList();
    }
    throw new IOException("it has no names");
  }

  private static String text(Map<String, Object> fields, String name) throws IOException {
    if (fields.get(name) instanceof String value) {
      return value;
    }
    throw new IOException("it has no " + name);
  }

  private static long number(Map<String, Object> fields, String name) throws IOException {
    if (fields.get(name) instanceof Number value) {
      return value.longValue();
    }
    throw new IOException("it has no " + name);
  }
}
