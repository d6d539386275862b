package io.hybridtls.agent.testing.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An order with its authorizations (RFC 8555, section 7.1.3). Used by one thread.
 *
 * @param account number of the account that placed it
 * @param prefix of its URLs, as the directory said when it was placed
 */
record CaOrder(
    int number,
    int account,
    String prefix,
    List<Map<String, Object>> identifiers,
    Optional<String> replaces,
    Progress progress) {

  /** What changes in the life of an order. */
  static final class Progress {

    private boolean proved;
    private List<X509Certificate> chain = List.of();
    private Optional<Instant> validAt = Optional.empty();
    private Optional<Duration> retryAfter = Optional.empty();

    void prove() {
      proved = true;
    }

    /**
     * @param at when the order is valid; never when empty
     */
    void certify(
        List<X509Certificate> certificates, Optional<Instant> at, Optional<Duration> patience) {
      chain = certificates;
      validAt = at;
      retryAfter = patience;
    }
  }

  List<String> names() {
    return identifiers.stream().map(each -> String.valueOf(each.get("value"))).toList();
  }

  List<X509Certificate> chain() {
    return progress.chain;
  }

  boolean isFinalized() {
    return !progress.chain.isEmpty();
  }

  boolean isIssued(Instant now) {
    return progress.validAt.filter(at -> !now.isBefore(at)).isPresent();
  }

  Optional<Duration> patience(Instant now) {
    return isFinalized() && !isIssued(now) ? progress.retryAfter : Optional.empty();
  }

  String status(Instant now) {
    if (isFinalized()) {
      return isIssued(now) ? "valid" : "processing";
    }
    return progress.proved ? "ready" : "pending";
  }

  Map<String, Object> toJson(Instant now) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("status", status(now));
    fields.put("identifiers", identifiers);
    fields.put("authorizations", List.of(url(RequestKind.AUTHORIZATION)));
    fields.put("finalize", url(RequestKind.FINALIZE));
    replaces.ifPresent(id -> fields.put("replaces", id));
    if (isIssued(now)) {
      fields.put("certificate", url(RequestKind.CERTIFICATE));
    }
    return fields;
  }

  /** One authorization stands for all names: they are proved together. */
  Map<String, Object> authorizationJson() {
    return Map.of(
        "status",
        progress.proved ? "valid" : "pending",
        "identifier",
        identifiers.get(0),
        "challenges",
        List.of(challengeJson()));
  }

  Map<String, Object> challengeJson() {
    return Map.of(
        "type",
        "http-01",
        "url",
        url(RequestKind.CHALLENGE),
        "token",
        "token-" + number,
        "status",
        progress.proved ? "valid" : "pending");
  }

  String url(RequestKind kind) {
    return "$" + prefix + "/" + kind.segment() + "/" + number;
  }
}
