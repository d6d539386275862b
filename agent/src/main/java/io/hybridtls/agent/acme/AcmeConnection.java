package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.RetryAfter;
import io.hybridtls.agent.renewal.ServerTrust;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * acme4j's connection, with our clock, one deadline from the first octet sent to the last one
 * received, and failures that name the URL. Overloaded servers answer 503 (or 429) with Retry-After
 * and often without a problem document, which acme4j does not tell from any other failure.
 */
final class AcmeConnection extends DefaultConnection {

  private static final String USER_AGENT = "HybridTLS " + HttpConnector.defaultUserAgent();
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int CLIENT_ERRORS = 400;
  private static final int SERVER_ERRORS = 500;
  private static final int UNAVAILABLE = 503;

  private final InstantSource clock;
  private final Duration timeout;

  AcmeConnection(HttpConnector connector, InstantSource clock, Duration timeout) {
    super(connector);
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public Optional<Instant> getRetryAfter() {
    HttpResponse<InputStream> response = lastResponse;
    return response == null ? Optional.empty() : RetryAfter.of(response.headers(), clock.instant());
  }

  /** acme4j asks for a nonce after a refusal that brought none, and its answer is still there. */
  @Override
  public void resetNonce(Session session) throws AcmeException {
    close();
    super.resetNonce(session);
  }

  @Override
  protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body)
      throws IOException {
    HttpRequest.Builder request =
        httpConnector
            .createRequestBuilder(url)
            .setHeader("User-Agent", USER_AGENT)
            .setHeader("Accept-Encoding", "identity")
            .header("Accept-Language", session.getLanguageHeader());
    body.accept(request);
    HttpResponse<InputStream> response = exchange(url, request.build());
    refuse(url, response);
    lastResponse = response;
  }

  private HttpResponse<InputStream> exchange(URL url, HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> pending =
        httpClient.sendAsync(request, head -> new LimitedBody());
    try {
      return pending.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new RequestFailedException(url, noAnswer(), e);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException(url + ": interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw explain(url, e.getCause() == null ? e : e.getCause());
    }
  }

  private IOException explain(URL url, Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return new RequestFailedException(url, noAnswer(), cause);
    }
    if (cause instanceof ConnectException) {
      boolean unresolved = cause.getCause() instanceof UnresolvedAddressException;
      String reason = unresolved ? "the host name does not resolve" : "the connection was refused";
      return new RequestFailedException(url, reason, cause);
    }
    if (isBrokenOff(cause)) {
      return new RequestFailedException(url, "the connection broke before the answer came", cause);
    }
    return new RequestFailedException(
        url, ServerTrust.fault(cause).orElseGet(() -> words(cause)), cause);
  }

  private static String words(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  /** A reset, or an end without an answer; the client's own words tell of its parser. */
  private static boolean isBrokenOff(Throwable cause) {
    return Stream.iterate(cause, t -> t != null, Throwable::getCause)
        .anyMatch(each -> each instanceof EOFException || each instanceof SocketException);
  }

  private String noAnswer() {
    return "no answer within " + timeout.toSeconds() + " s";
  }

  /** Refuses what is not the CA's judgement of the request: a problem of its own says what is. */
  private void refuse(URL url, HttpResponse<InputStream> response) throws IOException {
    requireUnmoved(url, response);
    requirePlain(url, response);
    int status = response.statusCode();
    Optional<Problem> problem = problem(url, response);
    Optional<Instant> until = RetryAfter.of(response.headers(), clock.instant());
    boolean busy =
        (status == UNAVAILABLE && until.isPresent())
            || (status == TOO_MANY_REQUESTS && problem.filter(ProblemKind::isRateLimit).isEmpty());
    if (busy) {
      throw new ServerBusyException(url, words(status, problem), until);
    }
    boolean elsewhere = problem.isPresent() ? status >= CLIENT_ERRORS : status >= SERVER_ERRORS;
    if (elsewhere && problem.filter(ProblemKind::isOfAcme).isEmpty()) {
      throw new RequestFailedException(url, words(status, problem));
    }
  }

  /** What is signed is signed for one URL (RFC 8555, section 6.4). */
  private static void requireUnmoved(URL url, HttpResponse<InputStream> response)
      throws RequestFailedException {
    Optional<HttpResponse<InputStream>> moved = response.previousResponse();
    if (moved.isPresent() && moved.get().request().method().equals("POST")) {
      throw new RequestFailedException(
          url, "it redirects to " + response.uri() + ", where a signed request is not valid");
    }
  }

  /** A small answer that unpacks to a large one would fill the memory past {@link LimitedBody}. */
  private static void requirePlain(URL url, HttpResponse<InputStream> response)
      throws RequestFailedException {
    Optional<String> coding =
        response.headers().firstValue("Content-Encoding").filter(c -> !c.equals("identity"));
    if (coding.isPresent()) {
      throw new RequestFailedException(
          url, "the answer is packed (" + coding.get() + "), which was not asked for");
    }
  }

  /** Empty also where one is promised and does not come, as in the answer to HEAD. */
  private static Optional<Problem> problem(URL url, HttpResponse<InputStream> response)
      throws IOException {
    boolean promised =
        response
            .headers()
            .firstValue("Content-Type")
            .filter(type -> type.startsWith("application/problem+json"))
            .isPresent();
    if (!promised) {
      return Optional.empty();
    }
    InputStream body = response.body();
    try {
      return Optional.of(new Problem(JSON.parse(body), url));
    } catch (AcmeProtocolException e) {
      return Optional.empty();
    } finally {
      body.reset(); // to the beginning, for acme4j
    }
  }

  private static String words(int status, Optional<Problem> problem) {
    return "HTTP " + status + problem.map(said -> ", " + ProblemText.of(said)).orElse("");
  }
}
