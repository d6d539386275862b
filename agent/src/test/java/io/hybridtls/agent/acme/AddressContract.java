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
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates for IP addresses (RFC 8738), which a real CA connects to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class AddressContract {

  private final int httpPort = PebblePeer.freePort();
  private final int tlsPort = PebblePeer.freePort();
  private final HttpRoutes routes = new HttpRoutes();
  private final List<HttpListener> listeners =
      Stream.of("127.0.0.1", "::1")
          .map(host -> new HttpSettings(new InetSocketAddress(host, httpPort)))
          .map(settings -> new HttpListener(settings, routes))
          .toList();
  private Path folder;
  private PebblePeer pebble;
  private AcmeWorld world;

  /** {@code options}, for the Pebble of this version. */
  abstract PebbleOptions version(PebbleOptions options);

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    folder = own;
    for (HttpListener listener : listeners) {
      listener.start();
    }
    PebbleOptions options = PebbleOptions.http(httpPort).withTlsPort(tlsPort);
    pebble = PebblePeer.start(folder, version(options));
  }

  @BeforeEach
  void begin() {
    world = new AcmeWorld(routes, folder);
  }

  @AfterAll
  void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    listeners.forEach(HttpListener::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldBeProvedByHttp(String address) throws Exception {
    assertThat(issued(new Http01(), address).addresses()).containsExactly(IpAddress.of(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldBeProvedByTls(String address) throws Exception {
    ValidationMethod method = new TlsAlpn01(new InetSocketAddress(address, tlsPort));

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
