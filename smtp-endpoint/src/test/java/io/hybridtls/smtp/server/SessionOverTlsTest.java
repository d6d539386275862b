package io.hybridtls.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.testing.TlsClient;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionOverTlsTest {

  private static final String CONTENT = "Subject: hello\r\n\r\nHello.\r\n";

  private @TempDir Path folder;
  private ServerWorld world;
  private TlsClient anonymous;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(
        world.starttls(ClientCertificateMode.REQUESTED),
        world.implicit(ClientCertificateMode.NONE),
        world.plain());
    anonymous = TlsClient.trusting(world.ca);
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void starttlsShouldCarryAMessageIntoTheSpool(String protocol) throws Exception {
    try (SmtpConversation client =
        SmtpConversation.secured(world.mx(), anonymous.speaking(protocol))) {
      assertThat(client.tls().getProtocol()).isEqualTo(protocol);

      assertThat(client.send("alice@example.org", "bob@contoso.example", CONTENT))
          .startsWith("250 2.0.0 Ok: queued as ");
      assertThat(client.command("QUIT")).startsWith("221 2.0.0 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }

    assertThat(world.taken())
        .singleElement()
        .asString()
        .contains("with ESMTPS id ")
        .contains("(" + protocol + " TLS_")
        .contains("no certificate")
        .endsWith(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void implicitTlsShouldCarryAMessageIntoTheSpool(String protocol) throws Exception {
    try (SmtpConversation client =
        SmtpConversation.implicit(world.address("smtps"), anonymous.speaking(protocol))) {
      assertThat(client.send("alice@example.org", "bob@contoso.example", CONTENT))
          .startsWith("250 2.0.0 ");
    }

    assertThat(world.taken()).singleElement().asString().endsWith(CONTENT);
  }

  @Test
  void starttlsShouldNotBeOfferedAgainInTls() throws Exception {
    try (SmtpConversation client = SmtpConversation.secured(world.mx(), anonymous)) {
      assertThat(client.command("EHLO client.example")).doesNotContain("STARTTLS");
      assertThat(client.command("STARTTLS")).startsWith("503 5.5.1 ");
    }
  }

  @Test
  void starttlsShouldNotBeOfferedWithoutTlsOnTheListener() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.address("plain"))) {
      assertThat(client.command("EHLO client.example")).doesNotContain("STARTTLS");
      assertThat(client.command("STARTTLS")).startsWith("502 ");
    }
  }

  @Test
  void starttlsShouldForgetWhatWasSaidBefore() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("MAIL FROM:<alice@example.org>");
      client.startTls(anonymous);

      assertThat(client.command("RCPT TO:<bob@contoso.example>")).startsWith("503 ");
      assertThat(client.command("MAIL FROM:<alice@example.org>")).startsWith("503 ");
    }
  }

  @Test
  void starttlsShouldCloseWhenCommandsFollowInTheSameFlight() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.write("STARTTLS\r\nMAIL FROM:<mallory@example.org>\r\n");

      assertThat(client.reply()).startsWith("503 5.5.1 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void starttlsShouldCloseWhenAHandshakeFollowsInTheSameFlight() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.write("STARTTLS\r\n\u0016\u0003\u0001");

      assertThat(client.reply()).startsWith("503 5.5.1 ");
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  @Test
  void plainTextInPlaceOfTheHandshakeShouldNeverBeRead() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("STARTTLS");
      client.write("NOOP\r\n");

      assertThat(client.reply()).doesNotStartWith("250");
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void aFailedHandshakeShouldNotGoOnInPlainText() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      client.command("STARTTLS");
      TlsClient elsewhere = TlsClient.trusting(TestCa.named("Elsewhere"));

      assertThatThrownBy(() -> client.handshake(elsewhere)).isInstanceOf(SSLException.class);
      assertThatThrownBy(() -> client.write("NOOP\r\n")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void anOlderTlsShouldBeRefused() throws Exception {
    try (Socket socket =
        new Socket(world.address("smtps").getAddress(), world.address("smtps").getPort())) {
      socket.getOutputStream().write(clientHelloOfTls11());
      InputStream in = socket.getInputStream();
      byte[] alert = in.readNBytes(7);

      assertThat(alert[0]).as("an alert record").isEqualTo((byte) 21);
      assertThat(alert[6]).as("protocol_version (RFC 5246, section 7.2)").isEqualTo((byte) 70);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void closeNotifyWithinDataShouldEndTheSessionAndKeepNothing() throws Exception {
    try (SmtpConversation client = SmtpConversation.secured(world.mx(), anonymous)) {
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: half\r\n\r\nhalf");
      client.closeOutput();

      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void whatFollowsCloseNotifyInClearShouldNotCompleteAMessage() throws Exception {
    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      Socket beneath = client.socket();
      client.startTls(anonymous);
      client.command("EHLO client.example");
      client.command("MAIL FROM:<alice@example.org>");
      client.command("RCPT TO:<bob@contoso.example>");
      client.command("DATA");
      client.write("Subject: half\r\n\r\nhalf");
      client.closeOutput();
      writeQuietly(beneath, "\r\n.\r\n");

      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
    assertThat(world.taken()).isEmpty();
  }

  @Test
  void aListenerWithoutACertificateYetShouldSayThatTlsIsNotAvailable() throws Exception {
    world.certificates.retain(Set.of());

    try (SmtpConversation client = SmtpConversation.greeted(world.mx())) {
      assertThat(client.command("STARTTLS")).startsWith("454 4.7.0 ");
      assertThat(client.command("NOOP")).startsWith("250 ");
    }
    try (SmtpConversation client = SmtpConversation.connect(world.address("smtps"))) {
      assertThat(client.reply()).isEqualTo(SmtpConversation.CLOSED);
    }
  }

  private static void writeQuietly(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      assertThat(e).as("closed already, which is as good").hasMessageContaining("");
    }
  }

  /** Offers TLS 1.1 and nothing above. */
  private static byte[] clientHelloOfTls11() {
    String suites = "c013c014c009c00a002f0035";
    String extensions = "000a00040002001d" + "000b00020100";
    String body =
        "0302"
            + "00".repeat(32)
            + "00"
            + length(suites, 4)
            + suites
            + "0100"
            + length(extensions, 4)
            + extensions;
    String message = "01" + length(body, 6) + body;
    return HexFormat.of().parseHex("160301" + length(message, 4) + message);
  }

  private static String length(String hex, int digits) {
    return String.format("%0" + digits + "x", hex.length() / 2);
  }
}
