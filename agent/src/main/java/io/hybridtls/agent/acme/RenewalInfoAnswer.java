package io.hybridtls.agent.acme;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JSON;
import org.shredzone.acme4j.toolbox.JSON.Value;

/**
 * A RenewalInfo object (RFC 9773, section 4.2), whose window ends after it starts. acme4j's own
 * class wants an account for what anybody may ask, and reads the wall clock.
 *
 * @param askAgain as the Retry-After of the answer says
 */
record RenewalInfoAnswer(
    Instant start, Instant end, Optional<URI> explanation, Optional<Instant> askAgain) {

  private static final Set<String> WEB = Set.of("http", "https");

  /** Of an address that an operator is shown in each line about the suggestion. */
  private static final int LONGEST_PAGE = 1_000;

  /**
   * Asks for the suggestion for {@code leaf}.
   *
   * @param resource as in the directory
   * @throws AcmeProtocolException when the answer is not a RenewalInfo object, or {@code leaf} does
   *     not say which key signed it
   */
  static RenewalInfoAnswer ask(Session session, URL resource, X509Certificate leaf)
      throws AcmeException {
    try (Connection connection = session.connect()) {
      connection.sendRequest(address(resource, leaf), session, null);
      return of(connection.readJsonResponse(), connection.getRetryAfter());
    }
  }

  /** The certificate's identifier (RFC 9773, section 4.1). */
  static String idOf(X509Certificate leaf) {
    return AcmeUtils.getRenewalUniqueIdentifier(leaf);
  }

  private static URL address(URL resource, X509Certificate leaf) {
    String base = resource.toExternalForm();
    String address = base + (base.endsWith("/") ? "" : "/") + idOf(leaf);
    try {
      return URI.create(address).toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new AcmeProtocolException(address + " is not a URL", e);
    }
  }

  private static RenewalInfoAnswer of(JSON json, Optional<Instant> askAgain) {
    JSON window = json.get("suggestedWindow").asObject();
    Instant start = instant(window, "start");
    Instant end = instant(window, "end");
    if (!end.isAfter(start)) {
      throw new AcmeProtocolException(
          "the suggested window ends at " + end + ", not after its start at " + start);
    }
    Optional<String> page = json.get("explanationURL").optional().map(Value::asString);
    return new RenewalInfoAnswer(start, end, page.flatMap(RenewalInfoAnswer::webPage), askAgain);
  }

  private static Instant instant(JSON window, String name) {
    String text = window.get(name).asString();
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new AcmeProtocolException("suggestedWindow." + name + " is no time: " + text, e);
    }
  }

  private static Optional<URI> webPage(String text) {
    try {
      return Optional.of(text)
          .filter(page -> page.length() <= LONGEST_PAGE)
          .map(URI::create)
          .filter(uri -> WEB.contains(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
