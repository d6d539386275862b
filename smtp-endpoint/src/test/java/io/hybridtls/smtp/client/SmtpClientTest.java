package io.hybridtls.smtp.client;

import static io.hybridtls.smtp.client.ClientWorld.connector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.testing.TestMail;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmtpClientTest {

  private static final OutboundConnector CLEAR = connector(new TlsRequirement.Opportunistic());

  private final ClientWorld world = new ClientWorld();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void messageShouldBeDelivered() throws IOException {
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertThat(world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer))
          .isInstanceOfSatisfying(
              DeliveryOutcome.Delivered.class,
              delivered -> {
                assertThat(delivered.reply()).isEqualTo("250 2.0.0 taken");
                assertThat(delivered.relay().remote())
                    .isEqualTo("peer.example[127.0.0.1]:" + peer.port());
                assertThat(delivered.relay().tls()).isEqualTo("none");
              });
      assertThat(peer.messages()).containsExactly(TestMail.CONTENT);
    }
  }

  @Test
  void dotsShouldBeStuffed() throws IOException {
    MessageBody dotted = TestMail.body(".\r\n..\r\na.b\r\n.end\r\n");
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      world.outcome(TestMail.leased(dotted, "bob@a.example"), CLEAR, peer);

      assertThat(peer.messages()).containsExactly("..\r\n...\r\na.b\r\n..end\r\n");
    }
  }

  @Test
  void bareLineFeedShouldNeverLeave() throws IOException {
    MessageBody smuggling = TestMail.body("a\r\n\n.\n\r\nMAIL FROM:<x@y>\r\n");
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertThat(world.outcome(TestMail.leased(smuggling, "bob@a.example"), CLEAR, peer))
          .isInstanceOfSatisfying(
              DeliveryOutcome.PermanentFailure.class,
              failure -> assertThat(failure.status()).hasToString("5.6.0"));
      await().until(() -> peer.messages().equals(List.of("(end)")));
    }
  }

  @Test
  void largeBodyShouldBeStreamedFromItsFile(@TempDir Path folder) throws IOException {
    String content = ".line of text\r\n".repeat(300_000);
    Path file = Files.writeString(folder.resolve("body"), content, StandardCharsets.US_ASCII);
    MessageBody large = new MessageBody.Large(file, Files.size(file));
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertThat(world.outcome(TestMail.leased(large, "bob@a.example"), CLEAR, peer))
          .isInstanceOf(DeliveryOutcome.Delivered.class);
      assertThat(peer.messages().get(0)).isEqualTo("." + content.replace("\n.", "\n.."));
    }
  }

  @Test
  void bodyThatCannotBeReadShouldDefer(@TempDir Path folder) throws IOException {
    MessageBody missing = new MessageBody.Large(folder.resolve("gone"), 2_000_000);
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertDeferred(
          world.outcome(TestMail.leased(missing, "bob@a.example"), CLEAR, peer), "4.3.0", "spool");
      await().until(() -> peer.messages().equals(List.of("(end)")));
    }
  }

  @Test
  void connectionShouldServeManyMessages() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(line -> ScriptedPeer.serve(line, "PIPELINING"))) {
      for (int i = 0; i < 20; i++) {
        world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);
      }

      assertThat(peer.messages()).hasSize(20);
      assertThat(peer.connections()).isEqualTo(1);
      assertThat(peer.received()).doesNotContain("RSET");
    }
  }

  @Test
  void messagesShouldSpreadOverConnectionsUpToTheMaximum() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(line -> ScriptedPeer.serve(line, "PIPELINING"))) {
      List<CompletableFuture<Map<Integer, DeliveryOutcome>>> sent = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        sent.add(world.send(TestMail.leased("bob@a.example"), CLEAR, peer));
      }

      sent.forEach(ClientWorld::await);
      assertThat(peer.messages()).hasSize(200);
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void manyRecipientsShouldBeSplit() throws IOException {
    String[] recipients =
        IntStream.range(0, 250).mapToObj(i -> "user" + i + "@a.example").toArray(String[]::new);
    try (ScriptedPeer peer =
        ScriptedPeer.following(line -> ScriptedPeer.serve(line, "PIPELINING"))) {
      Map<Integer, DeliveryOutcome> outcomes =
          ClientWorld.await(world.send(TestMail.leased(recipients), CLEAR, peer));

      assertThat(outcomes).hasSize(250);
      assertThat(outcomes.values()).allMatch(DeliveryOutcome.Delivered.class::isInstance);
      assertThat(peer.messages()).hasSize(3);
    }
  }

  @Test
  void nextHostShouldBeTriedWhenOneIsDown() throws IOException {
    try (ScriptedPeer busy = ScriptedPeer.following(line -> line.say("421 busy"));
        ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      ScriptedPeer down = ScriptedPeer.following(line -> line.say("220 never"));
      down.close();

      assertThat(world.outcome(TestMail.leased("bob@a.example"), CLEAR, down, busy, peer))
          .isInstanceOf(DeliveryOutcome.Delivered.class);
      assertThat(busy.connections()).isEqualTo(1);
    }
  }

  @Test
  void nextHostShouldNotBeTriedAfterAPermanentAnswer() throws IOException {
    try (ScriptedPeer closed = ScriptedPeer.following(line -> line.say("554 no mail here"));
        ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertThat(world.outcome(TestMail.leased("bob@a.example"), CLEAR, closed, peer))
          .isInstanceOf(DeliveryOutcome.PermanentFailure.class);
      assertThat(peer.connections()).isZero();
    }
  }

  @Test
  void unreachableHostsShouldDefer() throws IOException {
    ScriptedPeer down = ScriptedPeer.following(line -> line.say("220 never"));
    down.close();

    assertDeferred(
        world.outcome(TestMail.leased("bob@a.example"), CLEAR, down), "4.4.1", "onnection refused");
    assertDeferred(
        ClientWorld.await(
                world.send(
                    TestMail.leased("bob@a.example"), CLEAR, NextHop.smtp("missing.example")))
            .get(0),
        "4.4.4",
        "missing.example");
  }

  @Test
  void everythingThatWaitsForADeadHostShouldBeDeferredTogether() throws IOException {
    try (ScriptedPeer dead = ScriptedPeer.following(line -> line.hear())) {
      try (ClientWorld hasty = new ClientWorld(timeouts(Duration.ofMillis(300)))) {
        List<CompletableFuture<Map<Integer, DeliveryOutcome>>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          sent.add(hasty.send(TestMail.leased("bob@a.example"), CLEAR, dead));
        }

        sent.forEach(
            outcome ->
                assertDeferred(ClientWorld.await(outcome).get(0), "4.4.2", "did not answer"));
        assertThat(dead.connections()).isEqualTo(2);
      }
    }
  }

  @Test
  void hostThatLimitsConnectionsShouldServeThroughThoseItAllows() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> ScriptedPeer.serve(line), line -> line.say("421 too many connections"))) {
      List<CompletableFuture<Map<Integer, DeliveryOutcome>>> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sent.add(world.send(TestMail.leased("bob@a.example"), CLEAR, peer));
      }

      sent.forEach(
          outcome ->
              assertThat(ClientWorld.await(outcome).get(0))
                  .isInstanceOf(DeliveryOutcome.Delivered.class));
      assertThat(peer.messages()).hasSize(20);
    }
  }

  @Test
  void pooledConnectionThatTheHostClosesShouldBeReplaced() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> {
              line.say("220 peer.example");
              line.answerEhlo("PIPELINING");
              takeOne(line);
              line.hear("MAIL");
              line.say("421 idle for too long");
            },
            line -> ScriptedPeer.serve(line))) {
      world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);

      assertThat(world.outcome(TestMail.leased("ann@a.example"), CLEAR, peer))
          .isInstanceOf(DeliveryOutcome.Delivered.class);
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void connectionLostAfterTheDotShouldDeferAndNotRepeat() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> {
              line.say("220 peer.example");
              line.answerEhlo();
              takeOne(line);
              for (String command : List.of("MAIL", "RCPT")) {
                line.hear(command);
                line.say("250 ok");
              }
              line.hear("DATA");
              line.say("354 go on");
              line.hearMessage();
            })) {
      world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);

      assertDeferred(
          world.outcome(TestMail.leased("ann@a.example"), CLEAR, peer), "4.4.2", "closed");
      assertThat(peer.connections()).isEqualTo(1);
    }
  }

  @Test
  void recipientsShouldBeToldApart() throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.following(
            line -> {
              line.say("220 peer.example");
              line.answerEhlo("PIPELINING");
              line.hear("MAIL");
              line.hear("RCPT");
              line.hear("RCPT");
              line.hear("DATA");
              line.say("250 ok", "550 5.1.1 nobody", "250 ok", "354 go on");
              line.hearMessage();
              line.say("250 taken");
              line.hear("QUIT");
            })) {
      Map<Integer, DeliveryOutcome> outcomes =
          ClientWorld.await(
              world.send(TestMail.leased("bob@a.example", "ann@a.example"), CLEAR, peer));

      assertThat(outcomes.get(0)).isInstanceOf(DeliveryOutcome.PermanentFailure.class);
      assertThat(outcomes.get(1)).isInstanceOf(DeliveryOutcome.Delivered.class);
    }
  }

  @Test
  void silentHostShouldBeGivenUp() throws IOException {
    try (ClientWorld hasty = new ClientWorld(timeouts(Duration.ofMillis(200)));
        ScriptedPeer peer =
            ScriptedPeer.following(
                line -> {
                  line.say("220 peer.example");
                  line.answerEhlo();
                  line.hear("MAIL");
                  line.hear();
                })) {
      assertDeferred(
          hasty.outcome(TestMail.leased("bob@a.example"), CLEAR, peer), "4.4.2", "did not answer");
    }
  }

  @Test
  void idleConnectionShouldSayGoodbye() throws IOException {
    ClientTimeouts patient = ClientWorld.PATIENT;
    try (ClientWorld tidy =
            new ClientWorld(
                new ClientTimeouts(
                    patient.connect(), patient.command(), patient.data(), Duration.ofMillis(50)));
        ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      tidy.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);

      await().until(() -> peer.received().contains("QUIT"));
      assertThat(tidy.outcome(TestMail.leased("bob@a.example"), CLEAR, peer))
          .isInstanceOf(DeliveryOutcome.Delivered.class);
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void renewalShouldRetireIdleConnectionsAndSendOnNewOnes() throws IOException {
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);

      world.client().renewConnections();
      world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer);

      await().until(() -> peer.received().contains("QUIT"));
      assertThat(peer.connections()).isEqualTo(2);
    }
  }

  @Test
  void closeShouldEndWhatIsUnderWay() throws IOException {
    try (ScriptedPeer peer = ScriptedPeer.following(line -> line.hear())) {
      CompletableFuture<Map<Integer, DeliveryOutcome>> waiting =
          world.send(TestMail.leased("bob@a.example"), CLEAR, peer);
      await().until(() -> peer.connections() == 1);

      world.client().close();

      assertDeferred(ClientWorld.await(waiting).get(0), "4.3.2", "stopping");
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), CLEAR, peer), "4.3.2", "stopping");
    }
  }

  @Test
  void certificateThatWasNotIssuedYetShouldDefer() throws IOException {
    OutboundConnector presenting =
        connector(
            new TlsRequirement.EncryptionOnly(),
            Optional.of(ClientWorld.MAIL),
            TrustSource.systemRoots(),
            2);
    try (ScriptedPeer peer = ScriptedPeer.following(line -> ScriptedPeer.serve(line))) {
      assertDeferred(
          world.outcome(TestMail.leased("bob@a.example"), presenting, peer),
          "4.7.5",
          "not been issued yet");
      assertThat(peer.connections()).isZero();
    }
  }

  private static void takeOne(ScriptedPeer.Line line) throws IOException {
    line.hear("MAIL");
    line.say("250 ok");
    line.hear("RCPT");
    line.say("250 ok");
    line.hear("DATA");
    line.say("354 go on");
    line.hearMessage();
    line.say("250 taken");
  }

  private static ClientTimeouts timeouts(Duration all) {
    return new ClientTimeouts(all, all, all, all);
  }

  static void assertDeferred(@Nullable DeliveryOutcome outcome, String status, String text) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            DeliveryOutcome.TransientFailure.class,
            failure -> {
              assertThat(failure.status()).hasToString(status);
              assertThat(failure.detail()).contains(text);
            });
  }
}
