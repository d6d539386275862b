package io.hybridtls.agent.est;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenges as servers write them, and the answers that RFC 7616 and RFC 2617 give to them. */
class DigestChallengeTest {

  private static final String REALM = "Digest realm=\"http-auth@example.org\", ";
  private static final String NONCE =
      "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
          + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  private static final String CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

  /** RFC 7616, section 3.9.1. */
  @ParameterizedTest
  @CsvSource({
    "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    "MD5, 8ca523f5e9506fed4657c9700eebdbec"
  })
  void theStandardsExamplesShouldBeAnsweredAsItSays(String algorithm, String response) {
    String field = REALM + "qop=\"auth, auth-int\", algorithm=" + algorithm + ", " + NONCE;

    assertThat(answer(field, "Circle of Life"))
        .contains(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\","
                + " uri=\"/dir/index.html\", algorithm="
                + algorithm
                + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001,"
                + " cnonce=\""
                + CLIENT_NONCE
                + "\", qop=auth, response=\""
                + response
                + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
  }

  /** As in RFC 2069, section 2.4, by its formula, which RFC 2617 keeps for such servers. */
  @Test
  void aServerWithoutQualityOfProtectionShouldBeAnsweredWithoutIt() {
    assertThat(
            answer(
                "Digest realm=\"testrealm@host.com\","
                    + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
                "CircleOfLife"))
        .contains(
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", uri=\"/dir/index.html\","
                + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
                + " response=\"1949323746fe6a43ef61f9606e7febea\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Digest realm=x, nonce=y, algorithm=SHA-512-256, qop=auth",
        "Digest realm=x, nonce=y, qop=\"auth-int\"",
        "Digest realm=x, qop=auth",
        "Digest nonce=x, qop=auth",
        "Basic realm=x, nonce=y",
        ""
      })
  void whatCannotBeAnsweredShouldNotBe(String field) {
    assertThat(answer(field, "Circle of Life")).isEmpty();
  }

  @Test
  void quotesInNamesShouldBeEscapedAndNotEndThem() {
    Challenge challenge =
        Challenge.parse(List.of("digest REALM=\"a \\\"b\\\\\" , nonce = n1")).get(0);

    assertThat(challenge)
        .isEqualTo(new Challenge("digest", Map.of("realm", "a \"b\\", "nonce", "n1")));
    assertThat(DigestChallenge.of(challenge).orElseThrow().answer("u\"", "p", "GET", "/", "c"))
        .startsWith("Digest username=\"u\\\"\", realm=\"a \\\"b\\\\\", uri=\"/\"");
  }

  /** RFC 9110, section 11.6.1. */
  @Test
  void severalChallengesMayStandInOneFieldOrInMany() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"a, b\"",
                    "Negotiate",
                    ", Bearer abc==, ,Digest nonce=\"\"")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "simple")),
            new Challenge("newauth", Map.of("realm", "apps", "type", "1", "title", "a, b")),
            new Challenge("negotiate", Map.of()),
            new Challenge("bearer", Map.of("abc", "=")),
            new Challenge("digest", Map.of("nonce", "")));
  }

  @Test
  void whatIsNoChallengeShouldEndTheReadingOfIt() {
    assertThat(Challenge.parse(List.of("Basic realm=\"open, nonce=x", "\"", "a".repeat(5_000))))
        .containsExactly(new Challenge("basic", Map.of()));
  }

  private static Optional<String> answer(String field, String password) {
    return Challenge.parse(List.of(field)).stream()
        .flatMap(challenge -> DigestChallenge.of(challenge).stream())
        .findFirst()
        .map(
            challenge ->
                challenge.answer("Mufasa", password, "GET", "/dir/index.html", CLIENT_NONCE));
  }
}
