package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.testing.SmtpConversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies go to the spool's folder, and that none stays there that was not taken. */
class BodiesOnDiskTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final String LINE = "x".repeat(70) + "\r\n";

  private @TempDir Path folder;
  private ServerWorld world;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(world.plain());
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aBodyOfMoreThanAMebibyteShouldGoToDiskAndArriveIntact() throws Exception {
    String content = "Subject: large\r\n\r\n" + numbered(3 * MEBIBYTE);

    assertThat(send(content)).startsWith("250 ");

    List<LeasedMessage> leased = world.leased();
    assertThat(leased).hasSize(1);
    assertThat(leased.get(0).body()).isInstanceOf(MessageBody.Large.class);
    assertThat(world.contentOf(leased.get(0)))
        .startsWith("Received: from client.example")
        .endsWith(content);
  }

  @Test
  void aSmallBodyShouldGoToDiskWhileMemoryIsShort() throws Exception {
    listen(16 * 1024);
    String content = "Subject: small\r\n\r\n" + numbered(100_000);

    assertThat(send(content)).startsWith("250 ");

    List<LeasedMessage> leased = world.leased();
    assertThat(leased.get(0).body()).isInstanceOf(MessageBody.Large.class);
    assertThat(world.contentOf(leased.get(0))).endsWith(content);
  }

  @Test
  void theFirewallShouldHoldForBodiesOnDisk() throws Exception {
    listen(16 * 1024);

    send("X-MS-Exchange-Organization-SCL: -1\r\nSubject: s\r\n\r\n" + numbered(2 * MEBIBYTE));

    assertThat(world.taken()).singleElement().asString().doesNotContain("X-MS-Exchange");
  }

  @Test
  void aMessageLargerThanTheLimitShouldLeaveNothing() throws Exception {
    String content = "Subject: huge\r\n\r\n" + LINE.repeat(5 * MEBIBYTE / LINE.length());

    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(client.send("alice@example.org", "bob@contoso.example", content))
          .startsWith("552 5.3.4 ");
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nsmall\r\n"))
          .startsWith("250 ");
    }
    assertThat(world.taken()).singleElement().asString().endsWith("small\r\n");
    awaitNoFile();
  }

  @Test
  void aDeclaredSizeOverTheLimitShouldBeRefusedAtOnce() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(client.command("MAIL FROM:<alice@example.org> SIZE=4194305"))
          .startsWith("552 5.3.4 ");
      assertThat(client.command("MAIL FROM:<alice@example.org> SIZE=4194304")).startsWith("250 ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 500_000, 1_500_000, 3_000_000})
  void aClientThatLeavesWithinDataShouldLeaveNothing(int octets) throws Exception {
    listen(MEBIBYTE);
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: left\r\n\r\n" + numbered(octets));
    }
    await().until(() -> world.server.sessions() == 0);
    awaitNoFile();
    awaitNoMemory();
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void aHeaderSectionWithoutEndShouldNotFillTheMemory() throws Exception {
    listen(16 * 1024);

    assertThat(send("X-Filler: x\r\n".repeat(200_000))).startsWith("452 4.3.1 ");

    awaitNoMemory();
    awaitNoFile();
  }

  @Test
  void aHeaderSectionOfMoreThanAMebibyteShouldBeRefused() throws Exception {

    assertThat(send("X-Filler: x\r\n".repeat(100_000) + "\r\nbody\r\n")).startsWith("554 5.6.0 ");

    awaitNoFile();
  }

  @Test
  void aMessageInALoopShouldLeaveNothingOnDisk() throws Exception {
    listen(16 * 1024);

    assertThat(send("Received: from a by b; now\r\n".repeat(31) + "\r\n" + numbered(200_000)))
        .startsWith("554 5.4.6 ");

    awaitNoFile();
  }

  @Test
  void aFullDiskWithinDataShouldAnswer452AndLeaveTheSessionAlive() throws Exception {
    SpoolFaults faults = new SpoolFaults();
    listen(MEBIBYTE, UnaryOperator.identity(), faults);
    faults.failWritesAfter(MEBIBYTE);

    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(
              client.send(
                  "alice@example.org",
                  "bob@contoso.example",
                  "Subject: f\r\n\r\n" + numbered(3 * MEBIBYTE)))
          .startsWith("452 4.3.1 ");
      faults.mend();
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nagain\r\n"))
          .startsWith("250 ");
    }
    assertThat(world.taken()).singleElement().asString().endsWith("again\r\n");
    awaitNoFile();
    awaitNoMemory();
  }

  @Test
  void aDiskThatIsTooFullShouldTakeNothing() throws Exception {
    listen(MEBIBYTE, settings -> settings.withMinimumFreeBytes(Long.MAX_VALUE), new SpoolFaults());

    assertThat(send("\r\nsmall\r\n")).startsWith("452 4.3.1 ");
    assertThat(send("\r\n" + numbered(2 * MEBIBYTE))).startsWith("452 4.3.1 ");
    awaitNoFile();
  }

  @Test
  void aSpoolThatThrowsShouldCostTheMessageAndNotTheSession() throws Exception {
    SpoolFaults faults = new SpoolFaults();
    listen(MEBIBYTE, UnaryOperator.identity(), faults);
    faults.throwOnAccept();

    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nlost?\r\n"))
          .startsWith("451 4.3.0 ");
      faults.mend();
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nagain\r\n"))
          .startsWith("250 ");
    }
    assertThat(world.taken()).singleElement().asString().endsWith("again\r\n");
    awaitNoMemory();
  }

  @Test
  void workersThatTakeNothingMoreShouldCostTheMessageAndNothingElse() throws Exception {
    world.stopWorkers();

    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(
              client.send(
                  "alice@example.org", "bob@contoso.example", "\r\n" + numbered(2 * MEBIBYTE)))
          .startsWith("451 4.3.0 ");
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nsmall\r\n"))
          .startsWith("250 ");
    }
    awaitNoMemory();
  }

  private void listen(long bodyMemory) throws Exception {
    listen(bodyMemory, UnaryOperator.identity(), new SpoolFaults());
  }

  private void listen(long bodyMemory, UnaryOperator<SpoolSettings> spooling, SpoolFaults faults)
      throws Exception {
    world.close();
    world = ServerWorld.in(folder, bodyMemory, spooling, faults::around);
    world.listening(world.plain());
  }

  private String send(String content) throws IOException {
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      return client.send("alice@example.org", "bob@contoso.example", content);
    }
  }

  private void awaitNoFile() {
    await()
        .until(
            () -> {
              try (Stream<Path> files = Files.list(folder.resolve("spool").resolve("large"))) {
                return files.findAny().isEmpty();
              }
            });
  }

  private void awaitNoMemory() {
    await().until(() -> world.server.bodyMemoryInUse() == 0);
  }

  /** So many octets of lines that all differ, or a few more. */
  private static String numbered(int octets) {
    StringBuilder lines = new StringBuilder(octets + 80);
    for (int i = 0; lines.length() < octets; i++) {
      lines.append("line ").append(i).append(' ').append("x".repeat(60)).append("\r\n");
    }
    return lines.toString();
  }
}
