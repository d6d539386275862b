package io.hybridtls.agent.est;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A challenge of HTTP Digest (RFC 7616) that we can answer: with SHA-256 or MD5, and with the
 * quality of protection {@code auth}, or none as in servers that are older than it. Pure.
 *
 * @param algorithm as the server wrote it; empty when it left it to the default, MD5
 * @param qop whether the server knows of it
 */
record DigestChallenge(
    String realm, String nonce, Optional<String> opaque, Optional<String> algorithm, boolean qop) {

  private static final String SHA_256 = "SHA-256";
  private static final String MD5 = "MD5";

  /** The first request under a nonce; each conversation has one of its own. */
  private static final String COUNT = "00000001";

  /** Empty for a challenge of another scheme, or one that we cannot answer. */
  static Optional<DigestChallenge> of(Challenge challenge) {
    Optional<String> algorithm = challenge.find("algorithm");
    Optional<List<String>> offered =
        challenge.find("qop").map(list -> Arrays.asList(list.strip().split("[\\s,]+")));
    boolean answerable =
        challenge.scheme().equals("digest")
            && challenge.parameters().keySet().containsAll(List.of("realm", "nonce"))
            && List.of(SHA_256, MD5).stream().anyMatch(algorithm.orElse(MD5)::equalsIgnoreCase)
            && offered.orElse(List.of("auth")).stream().anyMatch("auth"::equalsIgnoreCase);
    return answerable
        ? Optional.of(
            new DigestChallenge(
                challenge.find("realm").orElseThrow(),
                challenge.find("nonce").orElseThrow(),
                challenge.find("opaque"),
                algorithm,
                offered.isPresent()))
        : Optional.empty();
  }

  /** Whether its hash is the stronger of those that we know. */
  boolean isStrong() {
    return algorithm.filter(SHA_256::equalsIgnoreCase).isPresent();
  }

  /**
   * The value of {@code Authorization} (section 3.4) for a request.
   *
   * @param uri the request's target as it is sent
   * @param clientNonce another each time
   */
  String answer(String user, String password, String method, String uri, String clientNonce) {
    String secret = hash(user + ":" + realm + ":" + password);
    String asked = hash(method + ":" + uri);
    String protection = qop ? COUNT + ":" + clientNonce + ":auth:" : "";
    String response = hash(secret + ":" + nonce + ":" + protection + asked);
    return "Digest username="
        + quoted(user)
        + ", realm="
        + quoted(realm)
        + ", uri="
        + quoted(uri)
        + algorithm.map(name -> ", algorithm=" + name).orElse("")
        + ", nonce="
        + quoted(nonce)
        + (qop ? ", nc=" + COUNT + ", cnonce=" + quoted(clientNonce) + ", qop=auth" : "")
        + ", response="
        + quoted(response)
        + opaque.map(text -> ", opaque=" + quoted(text)).orElse("");
  }

  private String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance(isStrong() ? SHA_256 : MD5);
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has both", e);
    }
  }

  private static String quoted(String text) {
    return "\"" + text.replaceAll("([\"\\\\])", "\\\\$1") + "\"";
  }
}
