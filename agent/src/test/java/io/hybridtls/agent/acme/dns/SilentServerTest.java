package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.NoNotes;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;

/** A name server that takes what it is sent, by UDP and by TCP, and never answers. */
@Timeout(30)
class SilentServerTest {

  private static final Name NAME = Name.fromConstantString("_acme-challenge.contoso.example.");

  private ServerSocket tcp;
  private DatagramSocket udp;
  private InetSocketAddress address;

  @BeforeEach
  void listen() throws IOException {
    InetAddress unnamed = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    tcp = new ServerSocket(0, 5, unnamed);
    address = new InetSocketAddress(unnamed, tcp.getLocalPort());
    udp = new DatagramSocket(address);
  }

  @AfterEach
  void close() throws IOException {
    udp.close();
    tcp.close();
  }

  @Test
  void shouldNotBeWaitedForWhenItIsAskedForARecord() {
    assertThatThrownBy(() -> TxtQuery.direct().values(ZoneServer.at(address), NAME))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldNotBeWaitedForWhenItIsAskedForAZone() {
    assertThatThrownBy(() -> ZoneLookup.by(Optional.of(address)).zoneOf(NAME))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "dns.resolver 127.0.0.1 port " + address.getPort() + " did not answer ");
  }

  @Test
  void shouldNotBeWaitedForWhenItIsSentAnUpdate() {
    TsigKey key =
        new TsigKey(
            Name.fromConstantString("hybridtls."), TsigKey.Algorithm.HMAC_SHA256, () -> "c2VjcmV0");
    TxtPublisher publisher =
        TxtPublisher.by(
            new UpdateSettings(
                address, Optional.of(Name.fromConstantString("contoso.example.")), key),
            ZoneLookup.by(Optional.of(address)),
            InstantSource.system(),
            new NoNotes());

    assertThatThrownBy(() -> publisher.add(new TxtRecord(NAME, "value")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "no answer to a dynamic update from 127.0.0.1 port " + address.getPort() + ": ");
  }
}
