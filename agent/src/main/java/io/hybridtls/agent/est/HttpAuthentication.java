package io.hybridtls.agent.est;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTRequest;
import org.bouncycastle.est.ESTRequestBuilder;
import org.bouncycastle.est.ESTResponse;
import org.bouncycastle.est.Source;

/**
 * Shows a server that asks for it who we are: by Digest (RFC 7616) where it knows that, without the
 * password; else by Basic (RFC 7617), within TLS. Bouncy Castle's own reads a challenge only with
 * quotes around every value, which RFC 7616, section 3.3, forbids.
 */
final class HttpAuthentication implements ESTAuth {

  private static final int UNAUTHORIZED = 401;
  private static final int NONCE_SIZE = 16;

  private final String user;
  private final String password;
  private final RandomGenerator random;

  HttpAuthentication(String user, String password, RandomGenerator random) {
    this.user = user;
    this.password = password;
    this.random = random;
  }

  @Override
  public void applyAuth(ESTRequestBuilder request) {
    request.withHijacker(this::exchange);
  }

  private ESTResponse exchange(ESTRequest request, Source<?> connection) throws IOException {
    ESTResponse response = new ESTResponse(request, connection);
    if (response.getStatusCode() != UNAUTHORIZED) {
      return response;
    }
    connection.close(); // and not the response, which minds a body that nobody has read
    return request
        .getClient()
        .doRequest(
            new ESTRequestBuilder(request)
                .withHijacker(null)
                .setHeader("Authorization", authorization(fields(response), request))
                .build());
  }

  private String authorization(List<String> fields, ESTRequest request)
      throws UnansweredChallengeException {
    List<Challenge> challenges = Challenge.parse(fields);
    Optional<DigestChallenge> digest =
        challenges.stream()
            .flatMap(challenge -> DigestChallenge.of(challenge).stream())
            .max(Comparator.comparing(DigestChallenge::isStrong));
    if (digest.isPresent()) {
      return digest
          .get()
          .answer(user, password, request.getMethod(), request.getURL().getPath(), nonce());
    }
    if (challenges.stream().noneMatch(challenge -> challenge.scheme().equals("basic"))) {
      throw new UnansweredChallengeException(
          "it asks who we are in none of the ways that we know, Digest (SHA-256 or MD5, with"
              + " qop=auth) and Basic, but by "
              + (fields.isEmpty() ? "none" : String.join(", ", fields)));
    }
    if (user.contains(":")) {
      throw new UnansweredChallengeException(
          "it asks for Basic, in which the user's name cannot have a colon");
    }
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  private String nonce() {
    byte[] nonce = new byte[NONCE_SIZE];
    random.nextBytes(nonce);
    return HexFormat.of().formatHex(nonce);
  }

  private static List<String> fields(ESTResponse response) {
    Map<String, String[]> headers = response.getHeaders();
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("WWW-Authenticate"))
        .flatMap(header -> Stream.of(header.getValue()))
        .toList();
  }
}
