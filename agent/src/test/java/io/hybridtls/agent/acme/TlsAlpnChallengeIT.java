package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** tls-alpn-01 as a real CA checks it. */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
@Timeout(120)
class TlsAlpnChallengeIT {

  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort());

  @TempDir private static Path folder;

  private static PebblePeer pebble;

  private final AcmeWorld world = new AcmeWorld(new HttpRoutes(), folder);

  @BeforeAll
  static void start() {
    pebble =
        PebblePeer.start(
            folder, PebbleOptions.http(PebblePeer.freePort()).withTlsPort(ADDRESS.getPort()));
  }

  @AfterAll
  static void stop() {
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
      free.bind(ADDRESS);
      assertThat(free.isBound()).isTrue();
    }
  }

  @Test
  void shouldNameTheAddressThatIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(ADDRESS);

      assertThat(world.failure(settings(), "taken.contoso.example").failure())
          .isInstanceOf(Misconfigured.class)
          .asString()
          .contains("issuers.pebble.tls-alpn-01.address")
          .contains("cannot listen on 127.0.0.1:" + ADDRESS.getPort());
    }
  }

  private static AcmeSettings settings() {
    return AcmeWorld.settings(pebble, new ValidationMethod.TlsAlpn01(ADDRESS));
  }
}
