package io.hybridtls.smtp.client;

import static io.hybridtls.smtp.client.ClientWorld.MAIL;
import static io.hybridtls.smtp.client.ClientWorld.connector;
import static io.hybridtls.smtp.client.SmtpClientTest.assertDeferred;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.client.ScriptedPeer.Script;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.testing.TestMail;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmtpClientTlsTest {

  private static final TlsRequirement ENCRYPTION = new TlsRequirement.EncryptionOnly();
  private static final TlsRequirement VALIDATION = new TlsRequirement.CertificateValidation();
  private static final TlsRequirement DOMAIN =
      new TlsRequirement.DomainValidation(ReferenceIdentity.of("*.fabrikam.example"));

  private final TestCa contoso = TestCa.named("Contoso");
  private final TestCa fabrikam = TestCa.named("Fabrikam");
  private final ClientWorld world = new ClientWorld();
  private final List<String> clientNames = new CopyOnWriteArrayList<>();

  @BeforeEach
  void issue() throws Exception {
    world.tls().issue(MAIL, 1, contoso.issue("mail.contoso.example"));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void mailShouldTravelOverMutualTls() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(demanding(issued("mx.fabrikam.example")))) {
      DeliveryOutcome outcome =
          world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer);

      assertThat(outcome)
          .isInstanceOfSatisfying(
              DeliveryOutcome.Delivered.class,
              delivered -> {
                assertThat(delivered.relay().tls()).startsWith("TLSv1.3/TLS_");
                assertThat(delivered.relay().peer())
                    .isEqualTo("verified certificate for mx.fabrikam.example");
              });
      assertThat(clientNames).containsExactly("CN=mail.contoso.example");
      assertThat(peer.received())
          .startsWith("EHLO mail.contoso.example", "STARTTLS", "EHLO mail.contoso.example");
    }
  }

  @Test
  void untrustedHostShouldGetNoMail() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(taking(issued("mx.fabrikam.example")))) {
      TrustSource wrong = world.tls().trust("contoso", contoso);

      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), presenting(VALIDATION, wrong), peer),
          "4.7.5",
          "no path to a trusted root");
      assertThat(peer.received()).noneMatch(line -> line.startsWith("MAIL"));
    }
  }

  @Test
  void hostWithAnotherNameShouldGetNoMail() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(taking(issued("mx.evil.example")))) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer),
          "4.7.5",
          "verified certificate for mx.evil.example; the connector demands *.fabrikam.example");
    }
  }

  @Test
  void hostThatMayOnlyBeAClientShouldGetNoMail() throws Exception {
    HeldCertificate clientOnly =
        fabrikam.leaf("mx.fabrikam.example").roles(CertificateRole.CLIENT).issue();
    try (ScriptedPeer peer = ScriptedPeer.following(taking(clientOnly))) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer),
          "4.7.5",
          "serverAuth");
    }
  }

  @Test
  void encryptionOnlyShouldNotAskWhoTheHostIs() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(taking(issued("mx.evil.example")))) {
      assertThat(
              world.outcome(
                  TestMail.leased("bob@a.example"),
                  presenting(ENCRYPTION, TrustSource.systemRoots()),
                  peer))
          .isInstanceOf(DeliveryOutcome.Delivered.class);
    }
  }

  @Test
  void hostThatRefusesOurCertificateShouldDefer() throws Exception {
    SSLContext distrusting = TestTls.server(issued("mx.fabrikam.example"), fabrikam);
    try (ScriptedPeer peer = ScriptedPeer.following(starting(distrusting, true))) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer),
          "4.7.5",
          "it may not accept our certificate mail/1");
    }
  }

  @Test
  void octetsBehindThe220ShouldBeFatal() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> {
              line.say("220 peer.example");
              line.answerEhlo("STARTTLS");
              line.hear("STARTTLS");
              line.say("220 go ahead", "250 injected");
              line.hear();
            })) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), connector(ENCRYPTION), peer),
          "4.5.0",
          "sent more than the reply");
      assertDeferred(
          world.outcome(
              TestMail.leased("bob@a.example"),
              connector(new TlsRequirement.Opportunistic()),
              peer),
          "4.5.0",
          "sent more than the reply");
      await().until(() -> peer.received().stream().filter("(end)"::equals).count() == 2);
    }
  }

  @Test
  void answersAheadOfTheirCommandShouldBeFatal() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> {
              line.say("220 peer.example");
              line.hear("EHLO");
              line.say("250-peer.example", "250 STARTTLS", "220 go ahead, early");
              line.hear();
            })) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), connector(ENCRYPTION), peer),
          "4.5.0",
          "sent more than the reply");
      assertThat(peer.received()).doesNotContain("STARTTLS");
    }
  }

  @Test
  void requiredTlsShouldNeverFallBackToClearText() throws Exception {
    try (ScriptedPeer plain = ScriptedPeer.following(line -> ScriptedPeer.serve(line));
        ScriptedPeer broken = ScriptedPeer.following(breakingTheHandshake())) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), connector(ENCRYPTION), plain),
          "4.7.4",
          "offers no STARTTLS");
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), connector(ENCRYPTION), broken),
          "4.7.5",
          "handshake failed");
      assertThat(plain.received()).noneMatch(line -> line.startsWith("MAIL"));
      assertThat(broken.connections()).isEqualTo(1);
    }
  }

  @Test
  void opportunisticTlsShouldFallBackOnAnotherConnection() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            breakingTheHandshake(), line -> ScriptedPeer.serve(line, "STARTTLS"))) {
      assertThat(
              world.outcome(
                  TestMail.leased("bob@a.example"),
                  connector(new TlsRequirement.Opportunistic()),
                  peer))
          .isInstanceOfSatisfying(
              DeliveryOutcome.Delivered.class,
              delivered -> assertThat(delivered.relay().tls()).isEqualTo("none"));
      assertThat(peer.connections()).isEqualTo(2);
      assertThat(peer.received().stream().filter("STARTTLS"::equals)).hasSize(1);
    }
  }

  @Test
  void newGenerationShouldBePresentedAndTheOldConnectionRetire() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(demanding(issued("mx.fabrikam.example")))) {
      OutboundConnector presenting = presenting(DOMAIN, trusted());
      world.outcome(TestMail.leased("bob@a.example"), presenting, peer);

      world.tls().issue(MAIL, 2, contoso.issue("new.contoso.example"));
      world.outcome(TestMail.leased("bob@a.example"), presenting, peer);

      assertThat(clientNames).containsExactly("CN=mail.contoso.example", "CN=new.contoso.example");
      await().until(() -> peer.received().contains("QUIT"));
    }
  }

  @Test
  void connectionsShouldNotBeSharedAcrossRequirements() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.following(demanding(issued("mx.fabrikam.example")))) {
      world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer);
      world.outcome(TestMail.leased("bob@a.example"), presenting(VALIDATION, trusted()), peer);
      world.outcome(TestMail.leased("bob@a.example"), presenting(DOMAIN, trusted()), peer);

      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  private HeldCertificate issued(String name) {
    return fabrikam.issue(name);
  }

  private TrustSource trusted() {
    return world.tls().trust("fabrikam", fabrikam);
  }

  private static OutboundConnector presenting(TlsRequirement requirement, TrustSource trust) {
    return connector(requirement, Optional.of(MAIL), trust, 2);
  }

  private Script demanding(HeldCertificate certificate) throws Exception {
    return starting(TestTls.server(certificate, contoso), true);
  }

  private Script taking(HeldCertificate certificate) throws Exception {
    return starting(TestTls.server(certificate, contoso), false);
  }

  private Script starting(SSLContext context, boolean demandCertificate) {
    return line -> {
      line.say("220 peer.example");
      line.answerEhlo("STARTTLS");
      line.hear("STARTTLS");
      line.say("220 go ahead");
      line.startTls(context, demandCertificate);
      if (demandCertificate) {
        clientNames.add(line.clientCertificate());
      }
      line.answerEhlo("PIPELINING");
      line.takeMail();
    };
  }

  private static Script breakingTheHandshake() {
    return line -> {
      line.say("220 peer.example");
      line.answerEhlo("STARTTLS");
      line.hear("STARTTLS");
      line.say("220 go ahead");
      line.hear();
    };
  }
}
