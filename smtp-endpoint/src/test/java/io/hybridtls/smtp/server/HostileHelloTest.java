package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hellos as no client in its right mind sends them, to a listener that looks into them and to the
 * same one when it does not. Before TLS 1.3 certificates cross the wire in clear, so the first
 * flight tells who has answered.
 */
class HostileHelloTest {

  private static final String PROOF = "proof/1";
  private static final String NAME = "mail.contoso.example";
  private static final int RECORD_HEADER = 5;
  private static final byte HANDSHAKE = 0x16;
  private static final byte[] SERVER_HELLO_DONE = {0x0e, 0, 0, 0};

  private @TempDir Path folder;
  private ServerWorld world;
  private HeldCertificate proving;
  private ProtocolContexts others;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(world.implicit(ClientCertificateMode.REQUESTED));
    proving = TestCa.named("Proof").issue(NAME);
    others = world.server.otherProtocols(world.address("smtps")).orElseThrow();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void aHelloInRecordsOfAFewOctetsShouldBeUnderstood(int size) throws Exception {
    assertThat(answer(inRecordsOf(size, hello(NAME, PROOF)))).isEqualTo(Answer.MAIL);
    offer();
    assertThat(answer(inRecordsOf(size, hello(NAME, PROOF)))).isEqualTo(Answer.PROOF);
    assertThat(answer(inRecordsOf(size, hello(NAME)))).isEqualTo(Answer.MAIL);
  }

  @Test
  void aHelloThatComesOctetByOctetShouldBeUnderstood() throws Exception {
    offer();
    try (Socket socket = connect()) {
      for (byte octet : hello(NAME, PROOF)) {
        socket.getOutputStream().write(octet);
        socket.getOutputStream().flush();
      }
      assertThat(answerOn(socket)).isEqualTo(Answer.PROOF);
    }
  }

  @Test
  void valuesThatMeanNothingShouldNotDisturb() throws Exception {
    offer();
    String grease = "\u008a\u008a"; // RFC 8701, section 3.1
    assertThat(answer(hello(NAME, grease, PROOF)))
        .as("another protocol is offered as well")
        .isEqualTo(Answer.MAIL);
    assertThat(answer(hello(NAME, "smtp", grease))).isEqualTo(Answer.MAIL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "127.0.0.1", "other.contoso.example"})
  void aServerNameThatIsNotTheOneShouldMeetTheMailServer(String name) throws Exception {
    offer();
    assertThat(answer(hello(name, PROOF))).isEqualTo(Answer.MAIL);
    assertThat(answer(hello(NAME.toUpperCase(Locale.ROOT), PROOF))).isEqualTo(Answer.PROOF);
  }

  @Test
  void aHelloThatClaimsToBeEnormousShouldEndTheConnection() throws Exception {
    byte[] enormous = hello(NAME, PROOF);
    enormous[RECORD_HEADER + 1] = 0x7f; // of the three octets that tell its length
    assertThat(answer(enormous)).isEqualTo(Answer.NONE);
    offer();
    assertThat(answer(enormous)).isEqualTo(Answer.NONE);
    await().until(() -> world.server.sessions() == 0);
  }

  @Test
  void aHelloThatSaysWrongLengthsInsideShouldHoldNothing() throws Exception {
    offer();
    byte[] whole = hello(NAME, PROOF);
    for (int place = RECORD_HEADER + 4; place < whole.length; place++) {
      byte[] changed = whole.clone();
      changed[place] = (byte) 0xff;
      answer(changed);
    }
    await().until(() -> world.server.sessions() == 0);
    assertThat(answer(whole)).isEqualTo(Answer.PROOF);
  }

  private enum Answer {
    MAIL,
    PROOF,
    NONE
  }

  private void offer() throws IOException {
    others.offer(
        PROOF,
        NAME,
        SslContextBuilder.forServer(proving.key(), proving.chain())
            .sslProvider(SslProvider.JDK)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.FATAL_ALERT,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.FATAL_ALERT,
                    PROOF))
            .build());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    socket.connect(world.address("smtps"));
    return socket;
  }

  private Answer answer(byte[] hello) throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(hello);
      return answerOn(socket);
    }
  }

  private Answer answerOn(Socket socket) throws Exception {
    socket.shutdownOutput(); // the server's flight comes all the same, and then the end
    byte[] flight = readAll(socket);
    X509Certificate mail =
        world.certificates.snapshot().find(ServerWorld.MAIL).orElseThrow().certificate().leaf();
    if (contains(flight, proving.leaf().getEncoded())) {
      return Answer.PROOF;
    }
    return contains(flight, mail.getEncoded()) ? Answer.MAIL : Answer.NONE;
  }

  private static byte[] readAll(Socket socket) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (int count = socket.getInputStream().read(buffer);
          count >= 0 && !contains(read.toByteArray(), SERVER_HELLO_DONE);
          count = socket.getInputStream().read(buffer)) {
        read.write(buffer, 0, count);
      }
    } catch (SocketException e) {
      return read.toByteArray(); // a connection that is broken off has ended as well
    }
    return read.toByteArray();
  }

  private static boolean contains(byte[] whole, byte[] part) {
    for (int start = 0; start + part.length <= whole.length; start++) {
      if (Arrays.equals(whole, start, start + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  /** In one record; the name may be any text. */
  private static byte[] hello(String serverName, String... protocols) throws Exception {
    SSLEngine client = SSLContext.getDefault().createSSLEngine();
    client.setUseClientMode(true);
    client.setEnabledProtocols(new String[] {"TLSv1.2"});
    SSLParameters parameters = client.getSSLParameters();
    if (!serverName.isEmpty()) {
      parameters.setServerNames(
          List.of(new SNIHostName(serverName.getBytes(StandardCharsets.US_ASCII))));
    }
    parameters.setApplicationProtocols(protocols);
    client.setSSLParameters(parameters);
    ByteBuffer wire = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), wire);
    return Arrays.copyOf(wire.array(), wire.position());
  }

  private static byte[] inRecordsOf(int size, byte[] hello) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int start = RECORD_HEADER; start < hello.length; start += size) {
      int length = Math.min(size, hello.length - start);
      records.writeBytes(new byte[] {HANDSHAKE, 3, 1, 0, (byte) length});
      records.write(hello, start, length);
    }
    return records.toByteArray();
  }
}
