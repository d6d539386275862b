package io.hybridtls.agent.est;

import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server's side of HTTP Digest (RFC 7616) with {@code qop=auth}.
 *
 * @param terms what stands in the challenge beside realm and nonce, as the server writes it
 */
record DigestAuthentication(String user, String password, String terms) {

  private static final String NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
  private static final Pattern FIELD = Pattern.compile("([a-z]+)=(?:\"([^\"]*)\"|([^, ]*))");

  String challenge() {
    return "Digest realm=\"est\", nonce=\"" + NONCE + "\", " + terms;
  }

  /** Whether the response is what the password, the nonces and this request make (section 3.4). */
  boolean isShownBy(@Nullable String authorization, FullHttpRequest request)
      throws GeneralSecurityException {
    if (authorization == null || !authorization.startsWith("Digest ")) {
      return false;
    }
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELD.matcher(authorization);
    while (field.find()) {
      fields.put(field.group(1), field.group(2) == null ? field.group(3) : field.group(2));
    }
    String secret = hash(user + ":est:" + password);
    String asked = hash(request.method() + ":" + request.uri());
    String expected =
        hash(
            String.join(":", secret, NONCE, fields.get("nc"), fields.get("cnonce"), "auth", asked));
    return !authorization.contains(password)
        && NONCE.equals(fields.get("nonce"))
        && user.equals(fields.get("username"))
        && request.uri().equals(fields.get("uri"))
        && "auth".equals(fields.get("qop"))
        && authorization.contains("qop=auth,") // without quotes, as the section has it
        && expected.equals(fields.get("response"));
  }

  private String hash(String text) throws GeneralSecurityException {
    String algorithm = terms.contains("SHA-256") ? "SHA-256" : "MD5";
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
