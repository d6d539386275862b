package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {

  private static final int RECORD_AND_MESSAGE_HEADER = 5 + 4;

  @Test
  void shouldReadTheServerNameAndTheProtocolsInTheirOrder() throws Exception {
    ClientHello hello = ClientHello.parse(hello("mail.contoso.example", "acme-tls/1", "h2"));

    assertThat(hello)
        .isEqualTo(
            new ClientHello(Optional.of("mail.contoso.example"), List.of("acme-tls/1", "h2")));
  }

  @Test
  void shouldFindNothingWhereNothingIsSaid() throws Exception {
    SSLEngine client = SSLContext.getDefault().createSSLEngine();

    assertThat(ClientHello.parse(helloOf(client))).isEqualTo(ClientHello.WITHOUT_WISHES);
  }

  @Test
  void shouldTakeAHelloThatEndsAnywhereForOneWithoutWishesOrReadItWhole() throws Exception {
    ByteBuf whole = hello("mail.contoso.example", "acme-tls/1");
    ClientHello expected = ClientHello.parse(whole);

    for (int length = 0; length < whole.readableBytes(); length++) {
      assertThat(ClientHello.parse(whole.slice(whole.readerIndex(), length)))
          .isEqualTo(ClientHello.WITHOUT_WISHES);
    }
    assertThat(ClientHello.parse(whole)).as("reading changes nothing").isEqualTo(expected);
  }

  @Test
  void shouldSurviveAnyOctetThatIsChanged() throws Exception {
    ByteBuf whole = hello("mail.contoso.example", "acme-tls/1");

    for (int index = whole.readerIndex(); index < whole.writerIndex(); index++) {
      ByteBuf changed = whole.copy();
      changed.setByte(index - whole.readerIndex(), ~whole.getByte(index));
      assertThat(ClientHello.parse(changed).protocols()).hasSizeLessThan(300);
    }
  }

  private static ByteBuf hello(String serverName, String... protocols) throws Exception {
    SSLEngine client = SSLContext.getDefault().createSSLEngine();
    SSLParameters parameters = client.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    parameters.setApplicationProtocols(protocols);
    client.setSSLParameters(parameters);
    return helloOf(client);
  }

  /** The first thing that {@code client} says, without what stands before it. */
  private static ByteBuf helloOf(SSLEngine client) throws Exception {
    client.setUseClientMode(true);
    ByteBuffer wire = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), wire);
    return Unpooled.wrappedBuffer(wire.flip()).skipBytes(RECORD_AND_MESSAGE_HEADER);
  }
}
