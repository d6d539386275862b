package io.hybridtls.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class StatusTextTest {

  private static final String HEAD =
      "{\"version\": \"1.0\", \"now\": \"2026-11-23T12:00:00Z\", \"started\":"
          + " \"2026-11-20T12:00:00Z\"";

  @Test
  void aCertificateInOrderShouldBeSeenAtAGlance() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{
                      "id": "mail", "names": ["mail.contoso.example", "mx.contoso.example"],
                      "issuer": "letsencrypt", "live": true, "serial": "4fd1",
                      "not-after": "2027-01-23T21:17:10Z", "expired": false, "warnings": [],
                      "due": false, "emergency": false, "renew-at": "2026-12-24T09:02:00Z",
                      "decision": "the CA suggests it", "renewing": false, "failures": 0 }]}
                    """))
        .containsExactly(
            "hybridtls 1.0, started 3 days ago",
            "",
            "Certificates",
            "  ok  mail: live, expires in 61 days (2027-01-23 21:17 UTC)",
            "      names     mail.contoso.example, mx.contoso.example",
            "      issuer    letsencrypt",
            "      renewal   in 30 days (2026-12-24 09:02 UTC): the CA suggests it",
            "      serial    4fd1");
  }

  @Test
  void aPrivateCaShouldTellWhoSignsAndWhatIsComing() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [], "private-cas": [{
                      "issuer": "internal",
                      "roots": [{ "subject": "CN=Contoso Mail Root CA", "serial": "3fa0",
                        "not-after": "2036-11-20T12:00:00Z" }],
                      "issuing": [{ "subject": "CN=Contoso Mail Issuing CA", "serial": "4711",
                        "not-after": "2031-11-22T12:00:00Z" }],
                      "notice": "let all peers trust CN=Contoso Mail Root CA 2 as well" }]}
                    """))
        .containsSubsequence(
            "Private CAs",
            "  !!  internal",
            "      root      CN=Contoso Mail Root CA, expires in 3650 days (2036-11-20 12:00 UTC),"
                + " serial 3fa0",
            "      issuing   CN=Contoso Mail Issuing CA, expires in 1825 days (2031-11-22 12:00"
                + " UTC), serial 4711",
            "      notice    let all peers trust CN=Contoso Mail Root CA 2 as well");
  }

  @Test
  void aPrivateCaThatIsOutOfUseShouldStandOutWithTheReason() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [], "private-cas": [{
                      "issuer": "internal", "error": "issuers.internal: 1.json cannot be read" }]}
                    """))
        .containsSubsequence(
            "  !!  internal", "      failure   issuers.internal: 1.json cannot be read");
  }

  @Test
  void aMissingCertificateShouldSayWhyAndWhenItIsTriedAgain() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{
                      "id": "mail", "names": ["mail.contoso.example"], "issuer": "letsencrypt",
                      "live": false, "due": true, "decision": "no certificate is held yet",
                      "renewing": false, "failures": 3, "last-attempt": "2026-11-23T11:55:00Z",
                      "failure": "the CA could not be reached",
                      "next-attempt": "2026-11-23T12:04:00Z" }]}
                    """))
        .contains(
            "  !!  mail: missing",
            "      renewal   due: no certificate is held yet",
            "      failure   5 minutes ago: the CA could not be reached (3 times in a row)",
            "      retry     in 4 minutes (2026-11-23 12:04 UTC)");
  }

  @Test
  void anExpiredCertificateShouldStandOut() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{ "id": "mail", "live": true, "expired": true,
                      "not-after": "2026-11-21T12:00:00Z", "due": true, "emergency": true,
                      "decision": "it expired" }]}
                    """))
        .contains("  !!  mail: expired 2 days ago (2026-11-21 12:00 UTC)");
  }

  @Test
  void aRenewalUnderWayShouldShowItsStepAndNoFailure() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{ "id": "mail", "live": false, "due": true,
                      "decision": "no certificate is held yet", "renewing": true,
                      "step": "waiting for the CA to look" }]}
                    """))
        .contains(
            "  !!  mail: not there yet", "      renewal   under way: waiting for the CA to look")
        .noneMatch(line -> line.contains("failure"));
  }

  @Test
  void theCasExplanationAndTheFallbackShouldBeShown() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{ "id": "mail", "live": true, "expired": false,
                      "issuer": "first", "issued-by": "second", "not-after": "2027-01-23T21:17:10Z",
                      "reason": "it was due; a fallback, since first does not issue now: x",
                      "decision": "the CA suggests a to b",
                      "suggestion": { "explanation": "https://ca.example/why" } }]}
                    """))
        .contains(
            "      issuer    first",
            "      in use    from second, because it was due; a fallback, since first does not"
                + " issue now: x",
            "      why       https://ca.example/why");
  }

  @Test
  void whatACertificateLacksShouldBeSaidWithoutAlarm() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [{ "id": "mail", "live": true, "expired": false,
                      "not-after": "2027-01-23T21:17:10Z", "decision": "x",
                      "warnings": ["it lacks the key purpose clientAuth"] }]}
                    """))
        .contains("      warning   it lacks the key purpose clientAuth")
        .anyMatch(line -> line.startsWith("  ok  mail"));
  }

  @Test
  void listenersShouldBeAlignedAndTheQueueCounted() throws Exception {
    assertThat(
            lines(
                HEAD
                    + """
                    , "certificates": [], "listeners": [
                      { "name": "mx", "address": "0.0.0.0:25", "tls": "starttls",
                        "certificate": "mail" },
                      { "name": "printers", "address": "10.0.0.1:2525", "tls": "none" }],
                      "sessions": 2,
                      "queue": { "messages": 12, "recipients": 14, "deferred": 3 }}
                    """))
        .containsSubsequence(
            "Certificates",
            "  none is configured",
            "Listeners",
            "  mx        0.0.0.0:25     starttls  mail",
            "  printers  10.0.0.1:2525  none",
            "Queue",
            "  12 messages to 14 recipients, 3 of them waiting after a failure; 2 sessions open");
  }

  @Test
  void aQueueThatCannotBeReadShouldSayWhy() throws Exception {
    assertThat(lines(HEAD + ", \"queue\": { \"error\": \"disk I/O error\" }}"))
        .contains("  it cannot be read: disk I/O error; 0 sessions open");
  }

  @Test
  void anAnswerOfAnotherVersionShouldStillBeShown() throws Exception {
    assertThat(
            lines("{\"version\": 7, \"certificates\": [{\"id\": \"mail\"}, 5], \"now\": \"noon\"}"))
        .contains("hybridtls 7", "  !!  mail: missing");
  }

  @Test
  void colorsShouldComeWithATerminal() throws Exception {
    StatusText text =
        new StatusText(
            new JsonObject(JSON.std.mapFrom("{\"certificates\": [{\"id\": \"mail\"}]}")), Ansi.ON);

    assertThat(String.join("\n", text.lines())).contains("\u001b[31m!!");
  }

  private static List<String> lines(String json) throws IOException {
    return new StatusText(new JsonObject(JSON.std.mapFrom(json)), Ansi.OFF).lines();
  }
}
