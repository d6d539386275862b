package io.hybridtls.smtp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.tls.PeerIdentity;
import org.junit.jupiter.api.Test;

/** RFC 3207, and what a listener that requires client certificates refuses. */
class SmtpSessionTlsTest {

  private static final PeerIdentity UNVERIFIED =
      new PeerIdentity.Unverified("CN=stranger", "its issuer is not trusted");

  @Test
  void startTlsShouldBeginTheHandshake() {
    Conversation client = Conversation.plain().send("EHLO bar.example", "STARTTLS");
    assertThat(client.reply()).startsWith("220 ");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.StartTls());
  }

  @Test
  void everythingSaidBeforeTlsShouldBeForgotten() {
    Conversation client = Conversation.plain();
    client.send("EHLO bar.example", "MAIL FROM:<>", "RCPT TO:<a@contoso.example>", "STARTTLS");
    client.secured(Conversation.VERIFIED);
    assertThat(client.last().reply()).isEmpty();
    assertThat(client.state().hello()).isEmpty();
    assertThat(client.state().transaction()).isEmpty();
    assertThat(client.state().peer()).isEqualTo(Conversation.securedPeer(Conversation.VERIFIED));
    assertThat(client.send("DATA").reply()).startsWith("503 5.5.1");
    assertThat(client.send("MAIL FROM:<>").reply()).startsWith("503 5.5.1");
  }

  @Test
  void startTlsShouldNotBeOfferedTwice() {
    Conversation client = Conversation.plain().send("STARTTLS").secured(Conversation.VERIFIED);
    client.send("EHLO bar.example");
    assertThat(client.reply()).doesNotContain("STARTTLS");
    assertThat(client.send("STARTTLS").reply()).startsWith("503 5.5.1");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.None());
  }

  @Test
  void startTlsShouldTakeNoArgument() {
    assertThat(Conversation.plain().send("STARTTLS now").reply()).startsWith("501 5.5.4");
  }

  @Test
  void aListenerWithoutStartTlsShouldNotOfferIt() {
    Conversation client =
        Conversation.with(
            Conversation.settings(false, false),
            new ContosoOnly(),
            () -> true,
            Conversation.plainPeer());
    assertThat(client.send("EHLO bar.example").reply()).doesNotContain("STARTTLS");
    assertThat(client.send("STARTTLS").reply()).startsWith("502 5.5.1");
  }

  @Test
  void aMissingCertificateShouldBeATemporaryFailure() {
    Conversation client =
        Conversation.with(
            Conversation.settings(true, false),
            new ContosoOnly(),
            () -> false,
            Conversation.plainPeer());
    assertThat(client.send("EHLO bar.example", "STARTTLS").reply()).startsWith("454 4.7.0");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.None());
  }

  @Test
  void startTlsShouldCloseWhenPlainTextFollows() {
    Conversation client = Conversation.plain().send("EHLO bar.example", "STARTTLS");
    client.happens(client.session()::plainTextAfterStartTls);
    assertThat(client.reply()).startsWith("503 5.5.1");
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
    assertThat(client.last().reason()).isPresent();
  }

  @Test
  void aHandshakeThatTimesOutShouldBeCutOffWithoutAWord() {
    Conversation client = Conversation.plain().send("STARTTLS");
    client.happens(client.session()::timedOut);
    assertThat(client.last().reply()).isEmpty();
    assertThat(client.last().effect()).isEqualTo(new SessionEffect.Close());
  }

  @Test
  void requiredCertificatesShouldSendThePlainClientToStartTls() {
    Conversation client = requiringCertificates();
    assertThat(client.send("EHLO bar.example", "MAIL FROM:<>").reply())
        .isEqualTo("530 5.7.0 Must issue a STARTTLS command first");
    client.send("STARTTLS").secured(Conversation.VERIFIED).send("EHLO bar.example");
    assertThat(client.send("MAIL FROM:<>").reply()).startsWith("250 2.1.0");
  }

  @Test
  void requiredCertificatesShouldRefuseEveryMailWithoutAProvenIdentity() {
    for (PeerIdentity identity : new PeerIdentity[] {PeerIdentity.anonymous(), UNVERIFIED}) {
      Conversation client = requiringCertificates();
      client.send("STARTTLS").secured(identity).send("EHLO bar.example");
      for (int i = 0; i < 3; i++) {
        assertThat(client.send("MAIL FROM:<>").reply()).startsWith("554 5.7.0");
        assertThat(client.last().reason().orElseThrow()).contains(identity.describe());
        assertThat(client.reply()).doesNotContain("stranger");
      }
    }
  }

  @Test
  void requiredCertificatesShouldCountWithImplicitTlsToo() {
    Conversation client =
        Conversation.with(
            Conversation.settings(false, true),
            new ContosoOnly(),
            () -> true,
            Conversation.securedPeer(UNVERIFIED));
    assertThat(client.send("EHLO bar.example", "MAIL FROM:<>").reply()).startsWith("554 5.7.0");
  }

  @Test
  void implicitTlsShouldNotOfferStartTls() {
    Conversation client =
        Conversation.with(
            Conversation.settings(true, false),
            new ContosoOnly(),
            () -> true,
            Conversation.securedPeer(PeerIdentity.anonymous()));
    assertThat(client.send("EHLO bar.example").reply()).doesNotContain("STARTTLS");
  }

  private static Conversation requiringCertificates() {
    return Conversation.with(
        Conversation.settings(true, true), new ContosoOnly(), () -> true, Conversation.plainPeer());
  }
}
