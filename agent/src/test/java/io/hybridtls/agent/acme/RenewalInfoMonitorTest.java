package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a CA is asked for its suggestion, and what becomes of each answer. */
@Timeout(60)
class RenewalInfoMonitorTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant START = Instant.parse("2027-01-20T00:00:00Z");
  private static final Instant END = Instant.parse("2027-01-22T00:00:00Z");
  private static final HeldCertificate MAIL = TestCa.named("Contoso").issue("mail.contoso.example");
  private static final HeldCertificate WEB = TestCa.named("Contoso").issue("www.contoso.example");

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  private AcmeIssuer issuer;

  @BeforeEach
  void begin() {
    offer("\"renewalInfo\":\"$/renewal-info\",");
    issuer = restarted();
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldChooseAnInstantInTheWindowAndKeepTheExplanation() {
    ca.on(path(MAIL), window(START, END, ",\"explanationURL\":\"https://ca.example/why\""));
    refresh(MAIL);

    SuggestedWindow heard = issuer.suggestion(MAIL).orElseThrow();
    assertThat(heard.start()).isEqualTo(START);
    assertThat(heard.end()).isEqualTo(END);
    assertThat(heard.explanation()).contains(URI.create("https://ca.example/why"));
  }

  /** Each line about the suggestion has it. */
  @Test
  void shouldShowNoExplanationThatFillsThePage() {
    String page = "https://ca.example/";
    String longest = page + "a".repeat(1_000 - page.length());
    ca.on(path(MAIL), window(START, END, ",\"explanationURL\":\"" + longest + "\""));
    ca.on(path(WEB), window(START, END, ",\"explanationURL\":\"" + longest + "a\""));
    refresh(MAIL, WEB);

    assertThat(issuer.suggestion(MAIL).orElseThrow().explanation()).contains(URI.create(longest));
    assertThat(issuer.suggestion(WEB).orElseThrow().explanation()).isEmpty();
  }

  @Test
  void shouldChooseOnceAWindowAlsoAcrossARestart() {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);
    SuggestedWindow first = issuer.suggestion(MAIL).orElseThrow();

    issuer = restarted();
    assertThat(issuer.suggestion(MAIL)).contains(first);
    askAgain(MAIL);
    assertThat(issuer.suggestion(MAIL)).contains(first);
    assertThat(asked(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldChooseAnewWhenTheWindowChanges() {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);
    Instant sooner = NOW.minus(Duration.ofDays(2));
    ca.on(path(MAIL), window(sooner, sooner.plus(Duration.ofDays(1)), ""));
    askAgain(MAIL);

    assertThat(issuer.suggestion(MAIL).orElseThrow().start()).isEqualTo(sooner);
  }

  /** Retry-After, and how long it is obeyed, in minutes. */
  @ParameterizedTest
  @CsvSource({
    "'',360",
    "0,60",
    "59,60",
    "3599,60",
    "3601,60",
    "21600,360",
    "604800,10080",
    "604801,10080",
    "99999999999,360",
    "tomorrow,360",
    "'Mon, 23 Nov 2026 15:00:00 GMT',180",
    "'Mon, 23 Nov 2020 15:00:00 GMT',60"
  })
  void shouldAskAgainAsTheCaSaysWithinBounds(String retryAfter, long minutes) {
    Reply answer = window(START, END, "");
    ca.on(path(MAIL), retryAfter.isEmpty() ? answer : answer.header("Retry-After", retryAfter));
    refresh(MAIL);

    time.advance(Duration.ofMinutes(minutes).minusSeconds(1));
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(1);
    time.advance(Duration.ofSeconds(2));
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldWriteAFileACertificateForItsOwnerAlone() throws IOException {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);

    Path file = only(MAIL.fingerprint() + ".json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    refresh();
    assertThat(file).doesNotExist();
  }

  @Test
  void shouldStartAfreshFromAFileThatCannotBeRead() throws IOException {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);
    Files.writeString(only(MAIL.fingerprint() + ".json"), "{\"askAt\":\"never\"");

    issuer = restarted();
    assertThat(issuer.suggestion(MAIL)).isEmpty();
    refresh(MAIL);
    assertThat(issuer.suggestion(MAIL)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"suggestedWindow\":5}",
        "{\"suggestedWindow\":{\"start\":\"2027-01-20T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"2027-13-45T00:00:00Z\",\"end\":\"2027-01-22T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"2027-01-22T00:00:00Z\",\"end\":\"2027-01-20T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"2027-01-22T00:00:00Z\",\"end\":\"2027-01-22T00:00:00Z\"}}",
        "<html>"
      })
  void shouldTakeGarbageForNoSuggestionAndAskOthers(String garbage) {
    ca.on(path(MAIL), json(200, garbage));
    ca.on(path(WEB), window(START, END, ""));
    refresh(MAIL, WEB);

    assertThat(issuer.suggestion(MAIL)).isEmpty();
    assertThat(issuer.suggestion(WEB)).isPresent();
    time.advance(RenewalInfoMonitor.DEFAULT_WAIT.minusSeconds(1));
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(1);
  }

  @Test
  void shouldKeepTheLastWindowUntilItIsStale() {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);
    Optional<SuggestedWindow> heard = issuer.suggestion(MAIL);
    ca.on(path(MAIL), problem(404, "malformed", "\"detail\":\"no such certificate\""));

    time.set(NOW.plus(RenewalInfoRecord.STALE_AFTER).minusSeconds(1));
    refresh(MAIL);
    assertThat(issuer.suggestion(MAIL)).isEqualTo(heard).isPresent();
    time.advance(Duration.ofSeconds(1));
    assertThat(issuer.suggestion(MAIL)).isEmpty();
  }

  @Test
  void shouldLeaveACaInPeaceThatDoesNotAnswer() {
    ca.on(path(MAIL), html(502));
    ca.on(path(WEB), html(502));
    refresh(MAIL, WEB);
    assertThat(asked(MAIL) + asked(WEB)).isEqualTo(1);

    time.advance(RenewalInfoMonitor.FIRST_RETRY);
    refresh(MAIL, WEB);
    time.advance(RenewalInfoMonitor.FIRST_RETRY.multipliedBy(2).minusSeconds(1));
    refresh(MAIL, WEB);
    assertThat(asked(MAIL)).isEqualTo(2);
    time.advance(Duration.ofSeconds(1));
    refresh(MAIL, WEB);
    assertThat(asked(MAIL)).isEqualTo(3);
  }

  @Test
  void shouldWaitAsLongAsABusyCaSays() {
    ca.on(path(MAIL), html(503).header("Retry-After", "7200"));
    refresh(MAIL);
    time.advance(Duration.ofMinutes(119));
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(1);
    time.advance(Duration.ofMinutes(1));
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldAskAtOnceWhenTheClockIsSetBackBeyondAnyWait() {
    time.set(NOW.plus(Duration.ofDays(365)));
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);

    time.set(NOW);
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(2);
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldNotStayQuietForACaThatWasIllBeforeTheClockWasSetBack() {
    time.set(NOW.plus(Duration.ofDays(365)));
    ca.on(path(MAIL), html(502));
    refresh(MAIL);

    time.set(NOW);
    refresh(MAIL);
    assertThat(asked(MAIL)).isEqualTo(2);
  }

  @Test
  void shouldNotAskACaThatSuggestsNothing() {
    offer("");
    refresh(MAIL);
    time.advance(Duration.ofMinutes(5));
    refresh(MAIL);

    assertThat(ca.requests()).containsExactly("/dir");
    assertThat(issuer.suggestion(MAIL)).isEmpty();
  }

  @Test
  void shouldAskBeforeItsTimeWhenAnOperatorWantsToKnow() {
    ca.on(path(MAIL), window(START, END, ""));
    refresh(MAIL);
    Instant sooner = NOW.minus(Duration.ofDays(2));
    ca.on(path(MAIL), window(sooner, sooner.plus(Duration.ofDays(1)), ""));

    issuer.askForSuggestions(List.of(MAIL));
    assertThat(asked(MAIL)).isEqualTo(2);
    assertThat(issuer.suggestion(MAIL).orElseThrow().start()).isEqualTo(sooner);
  }

  @Test
  void shouldLeaveACaInPeaceThatDoesNotAnswerAlsoWhenAnOperatorWantsToKnow() {
    ca.on(path(MAIL), html(502));
    issuer.askForSuggestions(List.of(MAIL));
    issuer.askForSuggestions(List.of(MAIL));

    assertThat(asked(MAIL)).isEqualTo(1);
  }

  private void offer(String member) {
    ca.on(
        "/dir", json(200, "{" + member + "\"newNonce\":\"$/nonce\",\"newOrder\":\"$/new-order\"}"));
  }

  private AcmeIssuer restarted() {
    return new AcmeIssuer(
        AcmeIssuerSettings.at("scripted", ca.directory()).settings(),
        new InMemoryKeyVault(),
        memory,
        new Http01Solver(new HttpRoutes()),
        time,
        new SecureRandom(),
        time,
        Duration.ofSeconds(30));
  }

  private void refresh(HeldCertificate... live) {
    issuer.refreshSuggestions(List.of(live));
  }

  private void askAgain(HeldCertificate live) {
    time.advance(RenewalInfoMonitor.DEFAULT_WAIT.plusSeconds(1));
    refresh(live);
  }

  private long asked(HeldCertificate certificate) {
    return Collections.frequency(ca.requests(), path(certificate));
  }

  private Path only(String name) throws IOException {
    try (Stream<Path> files = Files.walk(memory)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static String path(HeldCertificate certificate) {
    return "/renewal-info/" + RenewalInfoAnswer.idOf(certificate.leaf());
  }

  private static Reply window(Instant start, Instant end, String more) {
    return json(
        200,
        "{\"suggestedWindow\":{\"start\":\"" + start + "\",\"end\":\"" + end + "\"}" + more + "}");
  }
}
