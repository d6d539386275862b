package io.hybridtls.agent.http;

import java.util.function.Supplier;

/**
 * Something served under a fixed path.
 *
 * @param body called on an event loop for each request, so it MUST NOT block; the array is not
 *     changed
 */
public record HttpDocument(String contentType, Supplier<byte[]> body) {

  /** A document that never changes. */
  public static HttpDocument of(String contentType, byte[] body) {
    byte[] copy = body.clone();
    return new HttpDocument(contentType, () -> copy);
  }
}
