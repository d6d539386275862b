package io.hybridtls.agent.testing.acme;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as RFC 8555, section 6.2, wraps it; its signature is not looked at.
 *
 * @param key the account's URL, or the key itself where there is no account yet
 * @param payload empty for POST-as-GET
 */
record SignedRequest(String nonce, String url, String key, Map<String, Object> payload) {

  static SignedRequest parse(String body) throws IOException {
    Map<String, Object> jws = JSON.std.mapFrom(body);
    Map<String, Object> header = decoded(String.valueOf(jws.get("protected")));
    Object key =
        header.containsKey("kid")
            ? header.get("kid")
            : header.get("jwk") instanceof Map<?, ?> jwk ? sorted(jwk) : null;
    return new SignedRequest(
        String.valueOf(header.get("nonce")),
        String.valueOf(header.get("url")),
        String.valueOf(key),
        decoded(String.valueOf(jws.get("payload"))));
  }

  String text(String name) {
    return String.valueOf(payload.get(name));
  }

  private static Map<String, Object> decoded(String part) throws IOException {
    byte[] json = Base64.getUrlDecoder().decode(part);
    return json.length == 0 ? Map.of() : JSON.std.mapFrom(new String(json, StandardCharsets.UTF_8));
  }

  private static Map<String, Object> sorted(Map<?, ?> jwk) {
    Map<String, Object> members = new TreeMap<>();
    jwk.forEach((name, value) -> members.put(String.valueOf(name), value));
    return members;
  }
}
