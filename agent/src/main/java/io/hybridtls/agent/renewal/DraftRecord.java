package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.storage.JsonRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a certificate that has been asked for.
 *
 * @param issuer the configured issuer's name
 * @param key the label of the kind of key
 * @param identifiers names and addresses
 * @param since the highest number of a stored generation when it was first asked for; 0 before the
 *     first
 * @param order what the issuer has placed, such as the order's URL
 * @param placedAt when it was placed; empty as long as {@code order} is
 */
record DraftRecord(
    String issuer,
    String key,
    List<String> identifiers,
    long since,
    Optional<String> order,
    Optional<Instant> placedAt) {

  /** CAs take minutes for an order, and some days for a person's approval. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  DraftRecord {
    identifiers = List.copyOf(identifiers);
  }

  /** Before anything is placed. */
  static DraftRecord of(String issuer, String key, List<String> identifiers, long since) {
    return new DraftRecord(issuer, key, identifiers, since, Optional.empty(), Optional.empty());
  }

  /** Whether {@code earlier} asked for the same and nothing has been stored since. */
  boolean isTakenUpBy(DraftRecord earlier) {
    return issuer.equals(earlier.issuer)
        && key.equals(earlier.key)
        && identifiers.equals(earlier.identifiers)
        && since == earlier.since;
  }

  /** Whether it asks for one of the certificates of {@code spec}, and nothing is stored since. */
  boolean isFor(CertificateSpec spec, long stored) {
    return since == stored
        && identifiers.equals(spec.identifiers())
        && spec.issuers().contains(issuer)
        && spec.keys().stream().anyMatch(kind -> kind.label().equals(key));
  }

  /** Whether the order has had all the time that it can reasonably take. */
  boolean isOverdue(Instant now) {
    return placedAt.filter(now.minus(PATIENCE)::isAfter).isPresent();
  }

  DraftRecord placed(String newOrder, Instant now) {
    return new DraftRecord(
        issuer, key, identifiers, since, Optional.of(newOrder), Optional.of(now));
  }

  String toJson() throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("issuer", issuer);
    fields.put("key", key);
    fields.put("identifiers", identifiers);
    fields.put("since", since);
    order.ifPresent(text -> fields.put("order", text));
    placedAt.ifPresent(time -> fields.put("placedAt", time.toString()));
    return JsonRecord.toText(fields);
  }

  /**
   * Reads what {@link #toJson} makes.
   *
   * @throws IOException when {@code json} is something else
   */
  static DraftRecord parse(String json) throws IOException {
    Map<String, Object> fields = JsonRecord.parse(json);
    if (fields.get("issuer") instanceof String issuer
        && fields.get("key") instanceof String key
        && fields.get("identifiers") instanceof List<?> identifiers
        && fields.get("since") instanceof Number since) {
      return new DraftRecord(
          issuer,
          key,
          identifiers.stream().map(String::valueOf).toList(),
          since.longValue(),
          Optional.ofNullable(fields.get("order")).map(String::valueOf),
          time(fields.get("placedAt")));
    }
    throw new IOException("it lacks issuer, key, identifiers or since");
  }

  private static Optional<Instant> time(@Nullable Object text) throws IOException {
    try {
      return Optional.ofNullable(text).map(String::valueOf).map(Instant::parse);
    } catch (DateTimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }
}
