package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.TxtRecord;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A dns-persist-01 record that a CA is shown, and what was last seen of it.
 *
 * @param identifier what it proves, as in an order
 * @param wanted what it must say at least
 * @param issuers the names that the CA goes by
 * @param until the last instant of it; empty when it has no end
 * @param lacking the server that has it no more; empty when all have it
 * @param ordered when an order was last proved by it
 * @param looked when it was last looked for
 */
record StandingRecord(
    String identifier,
    PersistentGrant wanted,
    List<String> issuers,
    Optional<Instant> until,
    Optional<String> lacking,
    Instant ordered,
    Instant looked) {

  /** So long before a record ends, it is time to write another. */
  static final Duration LEAD = Duration.ofDays(30);

  private static final String PREFIX = "_validation-persist.";
  private static final String WILDCARD = "*.";

  StandingRecord {
    issuers = List.copyOf(issuers);
  }

  static StandingRecord of(
      String domain, boolean wildcard, List<String> issuers, String account, Instant now) {
    return new StandingRecord(
        wildcard ? WILDCARD + domain : domain,
        new PersistentGrant(issuers.get(0), account, wildcard, Optional.empty()),
        issuers,
        Optional.empty(),
        Optional.empty(),
        now,
        now);
  }

  /** As the administrator is to create it. */
  TxtRecord record() {
    String domain = wanted.wildcard() ? identifier.substring(WILDCARD.length()) : identifier;
    return new TxtRecord(Name.fromConstantString(PREFIX + domain + "."), wanted.text());
  }

  /** After every server was seen to have it. */
  StandingRecord found(PersistentGrant grant, Instant now) {
    return new StandingRecord(
        identifier, wanted, issuers, grant.until(), Optional.empty(), ordered, now);
  }

  StandingRecord missingAt(String server, Instant now) {
    return new StandingRecord(
        identifier, wanted, issuers, until, Optional.of(server), ordered, now);
  }

  /** After a look that told nothing. */
  StandingRecord unseen(Instant now) {
    return new StandingRecord(identifier, wanted, issuers, until, lacking, ordered, now);
  }

  /**
   * What will stand against the next renewal, and the remedy.
   *
   * @param notAfter when the certificate that is in use ends
   */
  Optional<String> warning(Instant now, Optional<Instant> notAfter) {
    if (lacking.isPresent()) {
      return Optional.of(
          lacking.get()
              + " has no valid record any more that proves "
              + identifier
              + ", and without it the next renewal fails; create it: "
              + record());
    }
    Instant soon = now.plus(LEAD);
    Instant needed = notAfter.filter(soon::isBefore).orElse(soon);
    return until
        .filter(end -> !end.isAfter(needed))
        .map(
            end ->
                "the record at "
                    + record().name()
                    + (now.isAfter(end) ? " proved " : " proves ")
                    + identifier
                    + " until "
                    + end
                    + " only, and without it the next renewal fails; write a later persistUntil");
  }

  /** Times are ISO 8601 in UTC; what is empty is left out. */
  Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("identifier", identifier);
    fields.put("account", wanted.account());
    fields.put("wildcard", wanted.wildcard());
    fields.put("issuers", issuers);
    until.ifPresent(end -> fields.put("until", end.toString()));
    lacking.ifPresent(server -> fields.put("lacking", server));
    fields.put("ordered", ordered.toString());
    fields.put("looked", looked.toString());
    return fields;
  }

  /** Empty when {@code fields} are not what {@link #toMap} makes. */
  static Optional<StandingRecord> of(Map<String, Object> fields) {
    if (!(fields.get("issuers") instanceof List<?> named) || named.isEmpty()) {
      return Optional.empty();
    }
    List<String> issuers = named.stream().map(String::valueOf).toList();
    boolean wildcard = Boolean.TRUE.equals(fields.get("wildcard"));
    try {
      String identifier = text(fields, "identifier").orElse("");
      Name unused = Name.fromString(identifier, Name.root);
      return text(fields, "ordered")
          .filter(any -> !identifier.isEmpty() && identifier.startsWith(WILDCARD) == wildcard)
          .map(
              ordered ->
                  new StandingRecord(
                      identifier,
                      new PersistentGrant(
                          issuers.get(0),
                          text(fields, "account").orElse(""),
                          wildcard,
                          Optional.empty()),
                      issuers,
                      text(fields, "until").map(Instant::parse),
                      text(fields, "lacking"),
                      Instant.parse(ordered),
                      text(fields, "looked").map(Instant::parse).orElse(Instant.EPOCH)));
    } catch (DateTimeException | TextParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(Map<String, Object> fields, String name) {
    return Optional.ofNullable(fields.get(name)).map(String::valueOf);
  }
}
