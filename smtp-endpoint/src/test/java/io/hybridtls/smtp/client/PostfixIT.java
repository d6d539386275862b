package io.hybridtls.smtp.client;

import static io.hybridtls.smtp.client.ClientWorld.MAIL;
import static io.hybridtls.smtp.client.ClientWorld.connector;
import static io.hybridtls.smtp.client.SmtpClientTest.assertDeferred;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.testing.PostfixPeer;
import io.hybridtls.smtp.testing.TestMail;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@RequiresPeer("postfix")
@EnabledIfSystemProperty(named = "user.name", matches = "root")
class PostfixIT {

  private static final String BOB = "bob@fabrikam.example";

  private final TestCa contoso = TestCa.named("Contoso");
  private final TestCa fabrikam = TestCa.named("Fabrikam");
  private final ClientWorld world = new ClientWorld();

  @BeforeEach
  void issue() throws Exception {
    world.tls().issue(MAIL, 1, contoso.issue("mail.contoso.example"));
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void mailShouldArriveOverMutualTls() throws IOException {
    try (PostfixPeer postfix = postfix(contoso)) {
      assertThat(send(postfix, presenting(trusted(fabrikam), 2)))
          .isInstanceOf(DeliveryOutcome.Delivered.class);

      postfix.awaitLog("Trusted TLS connection established from .*127\\.0\\.0\\.1");
      postfix.awaitLog("client mail\\.contoso\\.example of Contoso Issuing verified OK");
      assertThat(postfix.awaitDelivered(1).get(0))
          .contains("Client CN \"mail.contoso.example\"", "verified OK", "Subject: hello");
    }
  }

  @Test
  void manyMessagesShouldShareAConnection() throws IOException {
    try (PostfixPeer postfix = postfix(contoso)) {
      OutboundConnector connector = presenting(trusted(fabrikam), 1);
      List<CompletableFuture<Map<Integer, DeliveryOutcome>>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(
            world.send(
                TestMail.leased(BOB),
                connector,
                new NextHop("mx.fabrikam.example", postfix.port())));
      }

      assertThat(sent)
          .allSatisfy(
              outcome ->
                  assertThat(ClientWorld.await(outcome).get(0))
                      .isInstanceOf(DeliveryOutcome.Delivered.class));
      postfix.awaitDelivered(50);
      assertThat(postfix.log().split(" connect from ", -1)).hasSize(2);
    }
  }

  @Test
  void largeMessageWithDotsShouldArriveAsItWas(@TempDir Path folder) throws IOException {
    String body = ".\r\n..dots\r\n".repeat(200_000);
    String content = "Subject: large\r\n\r\n" + body;
    Path file = Files.writeString(folder.resolve("body"), content);
    try (PostfixPeer postfix = postfix(contoso)) {
      DeliveryOutcome outcome =
          ClientWorld.await(
                  world.send(
                      TestMail.leased(new MessageBody.Large(file, content.length()), BOB),
                      presenting(trusted(fabrikam), 1),
                      new NextHop("mx.fabrikam.example", postfix.port())))
              .get(0);

      assertThat(outcome).isInstanceOf(DeliveryOutcome.Delivered.class);
      assertThat(postfix.awaitDelivered(1).get(0).endsWith("\n\n" + body.replace("\r\n", "\n")))
          .isTrue();
    }
  }

  @Test
  void hostOfAnotherCaShouldGetNoMail() throws IOException {
    try (PostfixPeer postfix = postfix(contoso)) {
      assertDeferred(
          send(postfix, presenting(trusted(contoso), 2)), "4.7.5", "no path to a trusted root");
      assertThat(postfix.delivered()).isEmpty();
    }
  }

  @Test
  void hostThatDoesNotTrustUsShouldDefer() throws IOException {
    try (PostfixPeer postfix = postfix(TestCa.named("Nobody we know"))) {
      assertDeferred(
          send(postfix, presenting(trusted(fabrikam), 2)),
          "4.7.1",
          "Client certificate not trusted");
      postfix.awaitLog("not trusted|verification failed");
      assertThat(postfix.delivered()).isEmpty();
    }
  }

  private PostfixPeer postfix(TestCa trustedByIt) throws IOException {
    return PostfixPeer.builder()
        .certificate(fabrikam.issue("mx.fabrikam.example"))
        .demandClientsOf(trustedByIt.root())
        .keepMailFor("fabrikam.example")
        .start();
  }

  private TrustSource trusted(TestCa ca) {
    return world.tls().trust("trusted", ca);
  }

  private static OutboundConnector presenting(TrustSource trust, int maxConnections) {
    return connector(
        new TlsRequirement.DomainValidation(ReferenceIdentity.of("mx.fabrikam.example")),
        Optional.of(MAIL),
        trust,
        maxConnections);
  }

  private DeliveryOutcome send(PostfixPeer postfix, OutboundConnector connector) {
    DeliveryOutcome outcome =
        ClientWorld.await(
                world.send(
                    TestMail.leased(BOB),
                    connector,
                    new NextHop("mx.fabrikam.example", postfix.port())))
            .get(0);
    if (outcome == null) {
      throw new AssertionError("the recipient has no outcome");
    }
    return outcome;
  }
}
