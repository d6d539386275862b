package io.hybridtls.agent.acme;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a dns-persist-01 record says, in the form of an issue-value (RFC 8659, section 4.2).
 *
 * @param issuer the CA's domain
 * @param account its URL
 * @param wildcard whether it holds for all names below, too
 * @param until the last instant of it; empty when it has no end
 */
record PersistentGrant(String issuer, String account, boolean wildcard, Optional<Instant> until) {

  /** The record's value. */
  String text() {
    return issuer
        + "; accounturi="
        + account
        + (wildcard ? "; policy=wildcard" : "")
        + until.map(end -> "; persistUntil=" + end.getEpochSecond()).orElse("");
  }

  /** Reads a record's value; empty when it is malformed, as CAs then pass over it. */
  static Optional<PersistentGrant> parse(String text) {
    String[] parts = text.split(";", -1);
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      String tag = pair[0].strip().toLowerCase(Locale.ROOT);
      boolean repeated =
          pair.length < 2 || tag.isEmpty() || parameters.put(tag, pair[1].strip()) != null;
      if (repeated) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          new PersistentGrant(
              parts[0].strip().toLowerCase(Locale.ROOT),
              parameters.getOrDefault("accounturi", ""),
              "wildcard".equalsIgnoreCase(parameters.get("policy")),
              Optional.ofNullable(parameters.get("persistuntil"))
                  .map(seconds -> Instant.ofEpochSecond(Long.parseLong(seconds)))));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether this grants what {@code wanted} needs, from a CA of any of these names. */
  boolean covers(PersistentGrant wanted, List<String> issuers, Instant now) {
    return issuers.stream().anyMatch(issuer::equalsIgnoreCase)
        && account.equals(wanted.account)
        && (wildcard || !wanted.wildcard)
        && until.map(end -> !now.isAfter(end)).orElse(true);
  }
}
