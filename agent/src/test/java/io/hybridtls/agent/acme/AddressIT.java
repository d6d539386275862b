package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.ValidationMethod.Http01;
import io.hybridtls.agent.acme.ValidationMethod.TlsAlpn01;
import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates for IP addresses (RFC 8738), which a real CA connects to. */
@RequiresPeer({"pebble", "pebble-challtestsrv"})
@Timeout(120)
class AddressIT {

  private static final int HTTP_PORT = PebblePeer.freePort();
  private static final int TLS_PORT = PebblePeer.freePort();
  private static final HttpRoutes ROUTES = new HttpRoutes();
  private static final List<HttpListener> LISTENERS =
      Stream.of("127.0.0.1", "::1")
          .map(host -> new HttpSettings(new InetSocketAddress(host, HTTP_PORT)))
          .map(settings -> new HttpListener(settings, ROUTES))
          .toList();

  @TempDir private static Path folder;

  private static PebblePeer pebble;

  private final AcmeWorld world = new AcmeWorld(ROUTES, folder);

  @BeforeAll
  static void start() throws Exception {
    for (HttpListener listener : LISTENERS) {
      listener.start();
    }
    pebble = PebblePeer.start(folder, PebbleOptions.http(HTTP_PORT).withTlsPort(TLS_PORT));
  }

  @AfterAll
  static void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    LISTENERS.forEach(HttpListener::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldBeProvedByHttp(String address) throws Exception {
    assertThat(issued(new Http01(), address).addresses()).containsExactly(IpAddress.of(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldBeProvedByTls(String address) throws Exception {
    ValidationMethod method = new TlsAlpn01(new InetSocketAddress(address, TLS_PORT));

    assertThat(issued(method, address).addresses()).containsExactly(IpAddress.of(address));
  }

  private HeldCertificate issued(ValidationMethod method, String address) throws Exception {
    CertificateSpec spec =
        new CertificateSpec(
            CertificateId.of("mail"),
            List.of(),
            List.of(IpAddress.of(address)),
            "pebble",
            List.of(),
            List.of(KeyAlgorithm.EC_P256),
            false,
            Set.of(CertificateRole.SERVER));
    return world.issuer(AcmeWorld.settings(pebble, method)).issue(TestRequest.of(spec), step -> {});
  }
}
