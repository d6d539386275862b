package io.hybridtls.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.testing.SmtpConversation;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageDataOverTcpTest {

  private static final String ENVELOPE =
      "MAIL FROM:<alice@example.org>\r\nRCPT TO:<bob@contoso.example>\r\nDATA\r\n";

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
  void twoPipelinedTransactionsInOneWriteShouldBothBeTaken() throws Exception {
    try (SmtpConversation client = greeted()) {
      client.write(
          ENVELOPE
              + "Subject: 1\r\n\r\n1\r\n.\r\n"
              + ENVELOPE
              + "Subject: 2\r\n\r\n2\r\n.\r\nQUIT\r\n");

      for (String code :
          new String[] {
            "250", "250", "354", "250 2.0.0", "250", "250", "354", "250 2.0.0", "221"
          }) {
        assertThat(client.reply()).startsWith(code);
      }
    }
    assertThat(world.taken())
        .satisfiesExactly(
            first -> assertThat(first).endsWith("Subject: 1\r\n\r\n1\r\n"),
            second -> assertThat(second).endsWith("Subject: 2\r\n\r\n2\r\n"));
  }

  @Test
  void aSessionSplitAtEveryOctetShouldBeTheSameSession() throws Exception {
    String session = ENVELOPE + "Subject: dots\r\n\r\n..\r\n.a\r\n...\r\n\r\n.\r\n";
    for (int split = 1; split < session.length(); split++) {
      try (SmtpConversation client = greeted()) {
        client.write(session.substring(0, split));
        client.write(session.substring(split));
        for (String code : new String[] {"250", "250", "354", "250 2.0.0"}) {
          assertThat(client.reply()).as("split at %d", split).startsWith(code);
        }
      }
    }
    assertThat(world.taken())
        .hasSize(session.length() - 1)
        .allSatisfy(m -> assertThat(m).endsWith("Subject: dots\r\n\r\n.\r\na\r\n..\r\n\r\n"));
  }

  @Test
  void anOctetAtATimeShouldBeTheSameSession() throws Exception {
    try (SmtpConversation client = greeted()) {
      String session = ENVELOPE + "Subject: slow\r\n\r\nslow\r\n.\r\n";
      for (int i = 0; i < session.length(); i++) {
        client.write(session.substring(i, i + 1));
      }
      for (String code : new String[] {"250", "250", "354", "250 2.0.0"}) {
        assertThat(client.reply()).startsWith(code);
      }
    }
    assertThat(world.taken()).singleElement().asString().endsWith("slow\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n\u0000.\r\n",
      })
  void nothingButCrlfDotCrlfShouldEndTheData(String smuggled) throws Exception {
    try (SmtpConversation client = greeted()) {
      client.write(ENVELOPE + "Subject: x\r\n\r\nx" + smuggled);
      client.write("MAIL FROM:<admin@contoso.example>\r\n" + ENVELOPE + "evil\r\n.\r\n");

      assertThat(client.reply()).startsWith("250");
      assertThat(client.reply()).startsWith("250");
      assertThat(client.reply()).startsWith("354");
      assertThat(client.reply()).startsWith("554 5.6.0 ");
      assertThat(client.command("NOOP")).startsWith("250 ");
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void aLineThatIsTooLongShouldRefuseTheMessageAndNotTheSession() throws Exception {
    try (SmtpConversation client = greeted()) {
      String tooLong = "x".repeat(999) + "\r\n";
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\n" + tooLong))
          .startsWith("554 5.6.0 ");
      assertThat(client.send("alice@example.org", "bob@contoso.example", "\r\nshort\r\n"))
          .startsWith("250 ");
    }
    assertThat(world.taken()).singleElement().asString().endsWith("short\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {2_049, 5_000, 70_000})
  void aCommandLineThatIsTooLongShouldBeSkippedWhole(int length) throws Exception {
    try (SmtpConversation client = greeted()) {
      assertThat(client.command("NOOP " + "x".repeat(length - 7))).startsWith("500 5.5.2 ");
      assertThat(client.command("NOOP")).startsWith("250 ");
    }
  }

  @Test
  void theLongestCommandLineShouldBeRead() throws Exception {
    try (SmtpConversation client = greeted()) {
      assertThat(client.command("NOOP " + "x".repeat(2_048 - 7))).startsWith("250 ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOOP\nNOOP\r\n", "NO\rOP\r\n", "\n", "NOOP\r\r\n"})
  void aCommandLineWithALooseEndShouldEndTheSession(String line) throws Exception {
    try (SmtpConversation client = greeted()) {
      client.write(line + "QUIT\r\n");

      assertThat(client.reply()).startsWith("500 5.5.2 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void aMessageOfManyShortLinesShouldArriveAsItWasSent() throws Exception {
    StringBuilder content = new StringBuilder("Subject: long\r\n\r\n");
    for (int i = 0; i < 30_000; i++) {
      content.append("line ").append(i).append("\r\n");
    }
    try (SmtpConversation client = greeted()) {
      assertThat(client.send("alice@example.org", "bob@contoso.example", content.toString()))
          .startsWith("250 ");
    }
    assertThat(world.taken().get(0).getBytes(ISO_8859_1))
        .endsWith(content.toString().getBytes(ISO_8859_1));
  }

  private SmtpConversation greeted() throws Exception {
    return SmtpConversation.greeted(world.address("plain"));
  }
}
