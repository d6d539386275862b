package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private @TempDir Path folder;
  private final SpoolFaults faults = new SpoolFaults();
  private ServerWorld world;
  private TlsClient tls;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder, 1 << 20, UnaryOperator.identity(), faults::around);
    world.listening(world.starttls(ClientCertificateMode.NONE));
    tls = TlsClient.trusting(world.ca);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anIdleSessionShouldBeToldThatWeStop() throws Exception {
    try (SmtpConversation plain = SmtpConversation.greeted(world.mx());
        SmtpConversation secured = SmtpConversation.secured(world.mx(), tls)) {
      CompletableFuture<Boolean> drained = drain(LONG);

      for (SmtpConversation client : new SmtpConversation[] {plain, secured}) {
        assertThat(client.reply()).startsWith("421 4.3.2 ");
        assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
        client.hangUp();
      }
      assertThat(drained.join()).isTrue();
    }
  }

  @Test
  void aMessageBeingReceivedShouldBeFinishedAndAcknowledged() throws Exception {
    try (SmtpConversation client = SmtpConversation.secured(world.mx(), tls)) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: last\r\n\r\n");

      CompletableFuture<Boolean> drained = drain(LONG);
      await().until(() -> world.server.addresses().isEmpty());
      client.write("last\r\n.\r\n");

      assertThat(client.reply()).startsWith("250 2.0.0 ");
      assertThat(client.reply()).startsWith("421 4.3.2 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
      client.hangUp();
      assertThat(drained.join()).isTrue();
    }
    assertThat(world.taken()).singleElement().asString().endsWith("last\r\n");
  }

  @Test
  void aMessageBeingCommittedShouldBeAcknowledged() throws Exception {
    faults.holdAccepts();
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: last\r\n\r\nlast\r\n.\r\n" + "NOOP\r\n".repeat(1_000));

      CompletableFuture<Boolean> drained = drain(LONG);
      await().until(() -> world.server.addresses().isEmpty());
      faults.mend();

      assertThat(client.reply()).startsWith("250 2.0.0 ");
      assertThat(client.reply()).startsWith("421 4.3.2 ");
      client.hangUp();
      assertThat(drained.join()).isTrue();
    }
  }

  @Test
  void aHandshakeThatNeverComesShouldNotBeWaitedFor() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("STARTTLS");

      assertThat(drain(LONG).join()).isTrue();
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void aMessageThatNeverEndsShouldNotBeWaitedForBeyondTheLimit() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");

      assertThat(drain(Duration.ofMillis(200)).join()).isFalse();
      assertThat(world.server.sessions()).isEqualTo(1);
    }
  }

  @Test
  void newConnectionsShouldBeRefused() throws Exception {
    InetSocketAddress address = world.mx();

    assertThat(drain(LONG).join()).isTrue();

    assertThatThrownBy(() -> SmtpConversation.connect(address)).isInstanceOf(IOException.class);
  }

  private CompletableFuture<Boolean> drain(Duration limit) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return world.server.drain(limit);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
          }
        });
  }
}
