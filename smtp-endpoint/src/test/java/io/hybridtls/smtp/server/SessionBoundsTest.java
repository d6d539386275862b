package io.hybridtls.smtp.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one client, or many, can make the server hold. */
class SessionBoundsTest {

  /** More than the socket buffers of both sides, the kernel's and ours, ever hold. */
  private static final long FAR_TOO_MUCH = 24L << 20;

  /** A socket that took nothing for so long is full. */
  private static final Duration QUIET = Duration.ofSeconds(3);

  private static final String ENVELOPE =
      SmtpConversation.lines(
          "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@contoso.example>", "DATA");
  private static final String MESSAGE = SmtpConversation.lines("", "x", ".");

  private @TempDir Path folder;
  private final SpoolFaults faults = new SpoolFaults();
  private ServerWorld world;

  @BeforeEach
  void open() throws Exception {
    world = ServerWorld.in(folder, 1 << 20, UnaryOperator.identity(), faults::around);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void moreSessionsThanTheLimitShouldBeTurnedAwayUntilOneEnds() throws Exception {
    world.listening(ServerWorld.policy(ServerWorld.LIMITS, 2), world.plain());
    try (SmtpConversation first = SmtpConversation.greeted(world.address("plain"));
        SmtpConversation second = SmtpConversation.greeted(world.address("plain"))) {
      try (SmtpConversation third = SmtpConversation.connect(world.address("plain"))) {
        assertThat(third.reply()).startsWith("421 4.7.0 ");
        assertThat(third.reply()).isEqualTo(SmtpConversation.CLOSED);
      }
      assertThat(first.command("NOOP")).startsWith("250 ");
      second.command("QUIT");
      second.hangUp();
      await().until(() -> world.server.sessions() == 1);

      try (SmtpConversation next = SmtpConversation.greeted(world.address("plain"))) {
        assertThat(next.command("NOOP")).startsWith("250 ");
      }
    }
  }

  @Test
  void aSilentClientShouldBeToldAndCutOff() throws Exception {
    world.listening(impatient(), world.plain());
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(client.reply()).startsWith("421 4.4.2 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
    await().until(() -> world.server.sessions() == 0);
  }

  @Test
  void aClientSilentWithinDataShouldBeToldAndLeaveNothing() throws Exception {
    world.listening(impatient(), world.plain());
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: half\r\n\r\n" + "x".repeat(500) + "\r\n");

      assertThat(client.reply()).startsWith("421 4.4.2 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void waitingForTheSpoolShouldNotCountAsTheClientsSilence() throws Exception {
    world.listening(impatient(), world.plain());
    faults.holdAccepts();
    try (SmtpConversation other = SmtpConversation.greeted(world.address("plain"));
        SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      client.write(ENVELOPE + MESSAGE);
      for (String code : new String[] {"250", "250", "354"}) {
        assertThat(client.reply()).startsWith(code);
      }
      assertThat(other.reply()).as("time enough has gone by").startsWith("421 4.4.2 ");
      faults.mend();

      assertThat(client.reply()).startsWith("250 2.0.0 ");
    }
    assertThat(world.taken()).hasSize(1);
  }

  /** Replies that nobody reads fill the socket, then the channel; then the commands must wait. */
  @Test
  void aClientThatReadsNoRepliesShouldBeReadNoFurther() throws Exception {
    world.listening(world.plain());

    assertThat(octetsTakenFromADeafClient(world.address("plain"), "NOOP\r\n"))
        .isLessThan(FAR_TOO_MUCH);
  }

  @Test
  void aClientThatReadsNoRepliesShouldBeCutOffAfterTheTimeout() throws Exception {
    world.listening(impatient(), world.plain());
    try (SocketChannel deaf = deafClient(world.address("plain"))) {
      fill(deaf, "NOOP\r\n");

      await().atMost(Duration.ofSeconds(20)).until(() -> world.server.sessions() == 0);
    }
  }

  @Test
  void inputShouldWaitInTheSocketWhileAMessageIsCommitted() throws Exception {
    world.listening(world.plain());
    faults.holdAccepts();
    try (SocketChannel client = deafClient(world.address("plain"))) {
      write(client, SmtpConversation.lines("EHLO client.example") + ENVELOPE + MESSAGE);

      assertThat(fill(client, "NOOP\r\n")).isLessThan(FAR_TOO_MUCH);
      faults.mend();
      await().until(() -> world.server.sessions() == 1 && !world.taken().isEmpty());
    }
  }

  @Test
  void whatIsSentAfterTheEndShouldBeThrownAwayAndTheReplyStillRead() throws Exception {
    world.listening(world.plain());
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      client.write("GET / HTTP/1.1\r\n" + "Host: mail.contoso.example\r\n".repeat(50_000));

      assertThat(client.reply()).startsWith("421 4.7.0 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
    await().until(() -> world.server.sessions() == 0);
  }

  @Test
  void tooManyErrorsShouldEndTheSession() throws Exception {
    world.listening(world.plain());
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      for (int i = 0; i < ServerWorld.LIMITS.maxErrors(); i++) {
        assertThat(client.command("BOGUS")).startsWith("500 ");
      }
      assertThat(client.command("BOGUS")).startsWith("421 4.7.0 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void manyMessagesRefusedInOneFlightShouldNotExhaustTheStack() throws Exception {
    SessionLimits lenient =
        new SessionLimits(1_000, 100, 100_000, 30, Duration.ofMinutes(5), Duration.ofMinutes(3));
    world.listening(ServerWorld.policy(lenient, 100), world.plain());
    int messages = 2_000;
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      client.write((ENVELOPE + "\n\r\n.\r\n").repeat(messages));
      for (int i = 0; i < messages; i++) {
        assertThat(client.reply()).startsWith("250");
        assertThat(client.reply()).startsWith("250");
        assertThat(client.reply()).startsWith("354");
        assertThat(client.reply()).startsWith("554 5.6.0");
      }
    }
  }

  @Test
  void sessionsThatVanishShouldBeCountedOut() throws Exception {
    world.listening(world.starttls(ClientCertificateMode.NONE));
    TlsClient tls = TlsClient.trusting(world.ca);
    List<SmtpConversation> open = new ArrayList<>();
    open.add(SmtpConversation.connect(world.mx()));
    open.add(SmtpConversation.greeted(world.mx()));
    SmtpConversation halfway = SmtpConversation.greeted(world.mx());
    halfway.command("STARTTLS");
    open.add(halfway);
    open.add(SmtpConversation.secured(world.mx(), tls));
    await().until(() -> world.server.sessions() == 4);

    for (SmtpConversation conversation : open) {
      conversation.socket().setSoLinger(true, 0); // a reset, not an orderly end
      conversation.hangUp();
    }

    await().until(() -> world.server.sessions() == 0);
  }

  private static ServerPolicy impatient() {
    return ServerWorld.policy(
        new SessionLimits(4 << 20, 100, 20, 30, Duration.ofMillis(400), Duration.ofMillis(400)),
        100);
  }

  private static SocketChannel deafClient(InetSocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channel.configureBlocking(false);
    return channel;
  }

  private static long octetsTakenFromADeafClient(InetSocketAddress address, String line)
      throws IOException {
    try (SocketChannel channel = deafClient(address)) {
      return fill(channel, line);
    }
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer octets = ByteBuffer.wrap(text.getBytes(US_ASCII));
    while (octets.hasRemaining()) {
      channel.write(octets);
    }
  }

  /** Writes until the socket has taken nothing for a while, or far too much. */
  private static long fill(SocketChannel channel, String line) throws IOException {
    byte[] lines = line.repeat(10_000).getBytes(US_ASCII);
    ByteBuffer octets = ByteBuffer.wrap(lines);
    long taken = 0;
    long lastTaken = System.nanoTime();
    while (taken < FAR_TOO_MUCH && System.nanoTime() - lastTaken < QUIET.toNanos()) {
      int count;
      try {
        count = channel.write(octets);
      } catch (IOException e) {
        return taken; // cut off
      }
      if (count > 0) {
        taken += count;
        lastTaken = System.nanoTime();
      }
      if (!octets.hasRemaining()) {
        octets.rewind();
      }
    }
    return taken;
  }
}
