package io.hybridtls.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What the listener serves, by path. Changes take effect with the next request. Safe for any
 * thread.
 */
public final class HttpRoutes {

  /** Where a CA looks for the answer to an http-01 challenge (RFC 8555, section 8.3). */
  static final String CHALLENGES = "/.well-known/acme-challenge/";

  /** base64url without padding (RFC 8555, section 8.3). */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+");

  private final Map<String, HttpDocument> documents = new ConcurrentHashMap<>();

  /** A route that can be taken away again; closing it twice does nothing more. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {

    @Override
    void close();
  }

  /**
   * Answers the http-01 challenge {@code token} with {@code keyAuthorization} until the
   * registration is closed.
   *
   * @throws IllegalArgumentException when {@code token} is not base64url: a CA must not choose
   *     paths
   */
  public Registration answerChallenge(String token, String keyAuthorization) {
    if (!TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException("the challenge's token is not base64url: " + token);
    }
    byte[] answer = keyAuthorization.getBytes(StandardCharsets.US_ASCII);
    return serve(CHALLENGES + token, HttpDocument.of("application/octet-stream", answer));
  }

  /**
   * Serves {@code document} at {@code path}, in place of what was served there before, until the
   * registration is closed.
   *
   * @param path absolute, without query
   */
  public Registration serve(String path, HttpDocument document) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with \"/\", unlike \"" + path + "\"");
    }
    documents.put(path, document);
    return () -> documents.remove(path, document);
  }

  /** What is served at {@code path} now. */
  Optional<HttpDocument> find(String path) {
    return Optional.ofNullable(documents.get(path));
  }
}
