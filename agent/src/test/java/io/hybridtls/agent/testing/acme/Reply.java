package io.hybridtls.agent.testing.acme;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer in HTTP. As a fault, it is given in place of what was asked for. {@code $} stands for
 * the server's own URL, in headers and body.
 */
public record Reply(int status, Map<String, String> headers, String body) implements Fault {

  private static final String CONTENT_TYPE = "Content-Type";

  public Reply {
    headers = Map.copyOf(headers);
  }

  public static Reply json(int status, String body) {
    return new Reply(status, Map.of(CONTENT_TYPE, "application/json"), body);
  }

  /** What stands before an ACME server, such as a proxy, says when something is wrong. */
  public static Reply html(int status) {
    return new Reply(status, Map.of(CONTENT_TYPE, "text/html"), "<html>sorry</html>");
  }

  /** A problem document whose {@code fields} are JSON members, without the type. */
  public static Reply problem(int status, String type, String fields) {
    return new Reply(
        status,
        Map.of(CONTENT_TYPE, "application/problem+json"),
        "{\"type\":\"urn:ietf:params:acme:error:" + type + "\"," + fields + "}");
  }

  static Reply pem(String chain) {
    return new Reply(200, Map.of(CONTENT_TYPE, "application/pem-certificate-chain"), chain);
  }

  public Reply header(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Reply(status, more, body);
  }

  public Reply without(String name) {
    Map<String, String> fewer = new TreeMap<>(headers);
    fewer.remove(name);
    return new Reply(status, fewer, body);
  }

  public Reply withBody(String other) {
    return new Reply(status, headers, other);
  }

  Reply at(String base) {
    Map<String, String> absolute = new TreeMap<>();
    headers.forEach((name, value) -> absolute.put(name, value.replace("$", base)));
    return new Reply(status, absolute, body.replace("$", base));
  }

  byte[] content() {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
