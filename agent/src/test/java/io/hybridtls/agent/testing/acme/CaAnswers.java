package io.hybridtls.agent.testing.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a CA answers when nothing goes wrong. Used by one thread at a time. */
final class CaAnswers {

  private final CaRecords records;
  private final InstantSource clock;
  private final CaSigner signer = new CaSigner();
  private String prefix = "";
  private Optional<Reply> suggestion = Optional.empty();

  CaAnswers(CaRecords records, InstantSource clock) {
    this.records = records;
    this.clock = clock;
  }

  void move(String newPrefix) {
    prefix = newPrefix;
  }

  void issueFor(Duration lifetime) {
    signer.issueFor(lifetime);
  }

  void suggest(Instant start, Instant end, Optional<URI> explanation) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("suggestedWindow", Map.of("start", start.toString(), "end", end.toString()));
    explanation.ifPresent(page -> info.put("explanationURL", page.toString()));
    suggestion = Optional.of(json(200, FaultCa.json(info)).header("Retry-After", "21600"));
  }

  Reply toPlain(Target target) {
    return switch (target.kind()) {
      case DIRECTORY -> json(200, directory());
      case NEW_NONCE -> json(200, "");
      case RENEWAL_INFO -> renewalInfo(target.name());
      default -> problem(405, "malformed", "\"detail\":\"POST only\"");
    };
  }

  Reply toSigned(Target target, SignedRequest request, @Nullable Fault fault) throws IOException {
    if (target.kind() == RequestKind.NEW_ACCOUNT) {
      return atHome(target) ? account(request) : nothingHere();
    }
    int account = Target.of(URI.create(request.key()).getPath()).map(Target::number).orElse(0);
    if (!records.hasAccount(account)) {
      return problem(400, "accountDoesNotExist", "\"detail\":\"no such account\"");
    }
    return switch (target.kind()) {
      case ACCOUNT -> json(200, "{\"status\":\"valid\"}");
      case NEW_ORDER -> atHome(target) ? order(account, request) : nothingHere();
      case ORDER, AUTHORIZATION, CHALLENGE, FINALIZE, CERTIFICATE ->
          records
              .order(target.number())
              .filter(order -> order.account() == account)
              .map(order -> of(order, target.kind(), request, fault))
              .orElseGet(CaAnswers::nothingHere);
      default -> nothingHere();
    };
  }

  /** Whether the directory still says so. */
  private boolean atHome(Target target) {
    return target.prefix().equals(prefix);
  }

  private String directory() {
    Map<String, Object> urls = new TreeMap<>();
    urls.put("newNonce", url(RequestKind.NEW_NONCE));
    urls.put("newAccount", url(RequestKind.NEW_ACCOUNT));
    urls.put("newOrder", url(RequestKind.NEW_ORDER));
    urls.put("revokeCert", url(RequestKind.REVOKE));
    urls.put("keyChange", url(RequestKind.KEY_CHANGE));
    urls.put("renewalInfo", url(RequestKind.RENEWAL_INFO));
    urls.put(
        "meta", Map.of("profiles", Map.of("classic", "the default", "shortlived", "six days")));
    return FaultCa.json(urls);
  }

  private String url(RequestKind kind) {
    return "$" + prefix + "/" + kind.segment();
  }

  private Reply account(SignedRequest request) {
    Optional<Integer> known = records.account(request.key());
    if (known.isEmpty() && Boolean.TRUE.equals(request.payload().get("onlyReturnExisting"))) {
      return problem(400, "accountDoesNotExist", "\"detail\":\"no account has this key\"");
    }
    int number = records.openAccount(request.key());
    return json(known.isPresent() ? 200 : 201, "{\"status\":\"valid\"}")
        .header("Location", "$/account/" + number);
  }

  private Reply order(int account, SignedRequest request) {
    Optional<String> replaces =
        Optional.ofNullable(request.payload().get("replaces")).map(String::valueOf);
    if (replaces.isPresent() && isReplaced(replaces.get())) {
      return problem(409, "alreadyReplaced", "\"detail\":\"another order replaces it\"");
    }
    CaOrder order = records.open(account, prefix, identifiers(request), replaces);
    return json(201, FaultCa.json(order.toJson(clock.instant())))
        .header("Location", order.url(RequestKind.ORDER));
  }

  private boolean isReplaced(String certificate) {
    return records.orders().stream()
        .anyMatch(order -> order.replaces().equals(Optional.of(certificate)));
  }

  private static List<Map<String, Object>> identifiers(SignedRequest request) {
    if (!(request.payload().get("identifiers") instanceof List<?> wanted)) {
      return List.of();
    }
    return wanted.stream()
        .map(Map.class::cast)
        .map(each -> Map.of("type", each.get("type"), "value", each.get("value")))
        .toList();
  }

  private Reply of(CaOrder order, RequestKind kind, SignedRequest request, @Nullable Fault fault) {
    Instant now = clock.instant();
    return switch (kind) {
      case AUTHORIZATION -> json(200, FaultCa.json(order.authorizationJson()));
      case CHALLENGE -> {
        order.progress().prove();
        yield json(200, FaultCa.json(order.challengeJson()));
      }
      case FINALIZE -> finish(order, request, fault);
      case CERTIFICATE ->
          order.isIssued(now) ? Reply.pem(CaSigner.pem(order.chain())) : nothingHere();
      default -> shown(order);
    };
  }

  private Reply finish(CaOrder order, SignedRequest request, @Nullable Fault fault) {
    Instant now = clock.instant();
    if (!order.status(now).equals("ready")) {
      return problem(403, "orderNotReady", "\"detail\":\"it is " + order.status(now) + "\"");
    }
    Optional<Fault.Slow> slow =
        fault instanceof Fault.Slow given ? Optional.of(given) : Optional.empty();
    Optional<Instant> validAt =
        slow.isPresent() ? slow.get().time().map(now::plus) : Optional.of(now);
    try {
      order
          .progress()
          .certify(
              signer.sign(order, request.text("csr"), now, fault),
              validAt,
              slow.flatMap(Fault.Slow::retryAfter));
    } catch (IOException | IllegalArgumentException e) {
      return problem(400, "badCSR", "\"detail\":\"" + e.getMessage() + "\"");
    }
    return shown(order);
  }

  private Reply shown(CaOrder order) {
    Instant now = clock.instant();
    Reply reply =
        json(200, FaultCa.json(order.toJson(now))).header("Location", order.url(RequestKind.ORDER));
    return order
        .patience(now)
        .map(wait -> reply.header("Retry-After", Long.toString(wait.toSeconds())))
        .orElse(reply);
  }

  private Reply renewalInfo(String certificate) {
    return records.orders().stream()
        .filter(order -> order.isFinalized())
        .filter(order -> CaSigner.renewalId(order.chain().get(0)).equals(certificate))
        .findFirst()
        .map(order -> suggestion.orElseGet(() -> usual(order)))
        .orElseGet(CaAnswers::nothingHere);
  }

  /** The last third of the lifetime, in which it is renewed anyway. */
  private static Reply usual(CaOrder order) {
    Instant start = order.chain().get(0).getNotBefore().toInstant();
    Instant end = order.chain().get(0).getNotAfter().toInstant();
    Instant suggested = start.plus(Duration.between(start, end).multipliedBy(2).dividedBy(3));
    return json(
            200,
            FaultCa.json(
                Map.of(
                    "suggestedWindow",
                    Map.of(
                        "start",
                        suggested.toString(),
                        "end",
                        suggested.plus(Duration.ofDays(1)).toString()))))
        .header("Retry-After", "21600");
  }

  private static Reply nothingHere() {
    return problem(404, "malformed", "\"detail\":\"nothing here\"");
  }
}
