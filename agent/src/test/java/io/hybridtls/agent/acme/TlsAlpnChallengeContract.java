package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** tls-alpn-01 as a real CA checks it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class TlsAlpnChallengeContract {

  private final InetSocketAddress address =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort());
  private Path folder;
  private PebblePeer pebble;
  private AcmeWorld world;

  /** {@code options}, for the Pebble of this version. */
  abstract PebbleOptions version(PebbleOptions options);

  @BeforeAll
  void start(@TempDir Path own) {
    folder = own;
    PebbleOptions options = PebbleOptions.http(PebblePeer.freePort());
    pebble = PebblePeer.start(folder, version(options.withTlsPort(address.getPort())));
  }

  @BeforeEach
  void begin() {
    world = new AcmeWorld(new HttpRoutes(), folder);
  }

  @AfterAll
  void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
  }

  @Test
  void shouldProveTwoNamesAndFreeTheAddress() throws Exception {
    HeldCertificate held =
        world
            .issuer(settings())
            .issue(
                TestRequest.of(AcmeWorld.spec("mail.contoso.example", "smtp.contoso.example")),
                step -> {});

    assertThat(held.names()).hasSize(2);
    try (ServerSocket free = new ServerSocket()) {
      free.bind(address);
      assertThat(free.isBound()).isTrue();
    }
  }

  @Test
  void shouldNameTheAddressThatIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(address);

      assertThat(world.failure(settings(), "taken.contoso.example").failure())
          .isInstanceOf(Misconfigured.class)
          .asString()
          .contains("issuers.pebble.tls-alpn-01.address")
          .contains("cannot listen on 127.0.0.1:" + address.getPort());
    }
  }

  private AcmeSettings settings() {
    return AcmeWorld.settings(pebble, new ValidationMethod.TlsAlpn01(address));
  }
}
