package io.hybridtls.agent.testing.acme;

import static io.hybridtls.agent.testing.acme.Reply.problem;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ACME server (RFC 8555, RFC 9773) on a loopback port, with real certificates and real nonces,
 * that misbehaves as told. It takes the word of whoever answers a challenge, and checks no
 * signature. Its clock is the test's. Safe for any thread.
 */
public final class FaultCa implements AutoCloseable {

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final CaRecords records = new CaRecords();
  private final CaAnswers answers;
  private final Map<RequestKind, Fault> lasting = new EnumMap<>(RequestKind.class);
  private final Map<RequestKind, Queue<Fault>> coming = new EnumMap<>(RequestKind.class);
  private final List<RequestKind> requests = new ArrayList<>();
  private final LoopbackHttp http;
  private Wire wire = Wire.SOUND;

  public FaultCa(InstantSource clock) {
    this.clock = clock;
    this.answers = new CaAnswers(records, clock);
    this.http = new LoopbackHttp(this::serve);
  }

  /** {@code fault} meets every request of {@code kind} until it is mended. */
  public synchronized void on(RequestKind kind, Fault fault) {
    lasting.put(kind, fault);
  }

  /** The next requests of {@code kind} meet {@code faults}, one each. */
  public synchronized void next(RequestKind kind, Fault... faults) {
    coming.computeIfAbsent(kind, any -> new ArrayDeque<>()).addAll(List.of(faults));
  }

  /** All is well again, and the wire is sound. What has been spent stays spent. */
  public synchronized void mend() {
    lasting.clear();
    coming.clear();
    wire = Wire.SOUND;
  }

  public synchronized void connect(Wire newWire) {
    wire = newWire;
  }

  /** The directory names other URLs from now on; what was placed keeps the URLs that it has. */
  public synchronized void move(String prefix) {
    answers.move(prefix);
  }

  /** What was spent on them stays spent. */
  public synchronized void forgetOrders() {
    records.forgetOrders();
  }

  /** What renewal information says from now on, whichever certificate it is asked about. */
  public synchronized void suggest(Instant start, Instant end, Optional<URI> explanation) {
    answers.suggest(start, end, explanation);
  }

  /** How long the certificates are valid that are issued from now on. */
  public synchronized void issueFor(Duration lifetime) {
    answers.issueFor(lifetime);
  }

  public URI directory() {
    return URI.create(base() + "/dir");
  }

  public URI url(RequestKind kind) {
    return URI.create(base() + "/" + kind.segment());
  }

  public synchronized Spent spent() {
    return records.spent(clock.instant());
  }

  /** What was spent on exactly these names. */
  public synchronized Spent spent(Set<String> names) {
    return records.spent(clock.instant(), names);
  }

  public synchronized int accounts() {
    return records.accountCount();
  }

  /** The orders' {@code replaces}, oldest first; empty where there was none. */
  public synchronized List<Optional<String>> replacements() {
    return records.orders().stream().map(CaOrder::replaces).toList();
  }

  /** What was asked for, in order, faults included. */
  public synchronized List<RequestKind> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    http.close();
  }

  private String base() {
    return http.uri().toString();
  }

  private synchronized Optional<Reply> serve(String method, String path, String body) {
    Optional<Target> target = Target.of(path);
    if (target.isEmpty()) {
      return Optional.of(finish(problem(404, "malformed", "\"detail\":\"nothing here\"")));
    }
    RequestKind kind = target.get().kind();
    requests.add(kind);
    Fault fault = faultOf(kind);
    if (!wire.carriesRequest(kind) || fault == Fault.Lost.REQUEST) {
      return Optional.empty();
    }
    Reply reply =
        finish(fault instanceof Reply instead ? instead : act(target.get(), method, body, fault));
    if (!wire.carriesReply(kind) || fault == Fault.Lost.REPLY) {
      return Optional.empty();
    }
    return Optional.of(
        fault instanceof Fault.Changed changed ? changed.change().apply(reply) : reply);
  }

  private @Nullable Fault faultOf(RequestKind kind) {
    Queue<Fault> queue = coming.getOrDefault(kind, new ArrayDeque<>());
    return queue.isEmpty() ? lasting.get(kind) : queue.remove();
  }

  /** With what every answer carries. */
  private Reply finish(Reply reply) {
    Reply whole =
        reply.headers().containsKey("Date")
            ? reply
            : reply.header("Date", httpDate(clock.instant()));
    return whole.header("Replay-Nonce", records.newNonce());
  }

  /** As HTTP writes it (RFC 9110, section 5.6.7). */
  public static String httpDate(Instant instant) {
    return HTTP_DATE.format(instant);
  }

  private Reply act(Target target, String method, String body, @Nullable Fault fault) {
    try {
      if (!method.equals("POST")) {
        return answers.toPlain(target);
      }
      SignedRequest request = SignedRequest.parse(body);
      if (!records.redeem(request.nonce())) {
        return problem(400, "badNonce", "\"detail\":\"" + request.nonce() + " is not good\"");
      }
      if (!request.url().equals(base() + target.path())) {
        return problem(403, "unauthorized", "\"detail\":\"signed for " + request.url() + "\"");
      }
      return answers.toSigned(target, request, fault);
    } catch (IOException e) {
      return problem(400, "malformed", "\"detail\":\"no JWS\"");
    }
  }

  static String json(Object value) {
    try {
      return JSON.std.asString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
