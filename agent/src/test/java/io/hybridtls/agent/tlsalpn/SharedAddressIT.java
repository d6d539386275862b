package io.hybridtls.agent.tlsalpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.tlsalpn.TlsAlpnListeners.NameTakenException;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners.Registration;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.OpenSslProgram;
import io.hybridtls.smtp.testing.TestEndpoint;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tls-alpn-01 at the address of a listener that takes mail with implicit TLS, seen by OpenSSL. */
@RequiresPeer("openssl")
class SharedAddressIT {

  private static final String NAME = "mail.contoso.example";
  private static final String ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";
  private static final String FOR_PROOF = "-alpn acme-tls/1 -servername " + NAME;
  private static final byte[] DIGEST = new byte[32];

  private final HeldCertificate mail = TestCa.named("Contoso").issue(NAME);
  private final ValidationCertificates certificates =
      new ValidationCertificates(InstantSource.system(), new SecureRandom());

  private @TempDir Path folder;
  private TestEndpoint endpoint;
  private InetSocketAddress address;
  private TlsAlpnListeners listeners;

  @BeforeEach
  void listen() throws Exception {
    endpoint = new TestEndpoint(folder, NAME, mail).withImplicitTls().start();
    address = endpoint.address();
    listeners = new TlsAlpnListeners(at -> endpoint.endpoint().otherProtocols(at));
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void theCaShouldSeeTheProofAndEverybodyElseTheMailServer() throws Exception {
    try (Registration answer = listeners.answer(address, NAME, proof())) {
      assertThat(answer).isNotNull();
      assertThat(shown(FOR_PROOF).getCriticalExtensionOIDs()).contains(ACME_IDENTIFIER);
      assertThat(shown("-tls1_2 " + FOR_PROOF).getCriticalExtensionOIDs())
          .contains(ACME_IDENTIFIER);

      assertThat(shown("-servername " + NAME)).isEqualTo(mail.leaf());
      assertThat(shown("-alpn acme-tls/1,smtp -servername " + NAME)).isEqualTo(mail.leaf());
      assertThat(shown("-alpn acme-tls/1 -servername other.contoso.example"))
          .isEqualTo(mail.leaf());
      assertThat(shown("-noservername")).isEqualTo(mail.leaf());
    }
    assertThat(shown(FOR_PROOF)).as("when it is proved").isEqualTo(mail.leaf());
  }

  @Test
  void oneNameShouldNotBeProvedTwiceAtATime() throws Exception {
    SslContext proof = proof();
    try (Registration first = listeners.answer(address, NAME, proof)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> listeners.answer(address, NAME, proof))
          .isInstanceOf(NameTakenException.class)
          .hasMessageContaining(NAME);
    }
    listeners.answer(address, NAME, proof).close();
  }

  private SslContext proof() {
    return certificates.proving(NAME, DIGEST);
  }

  private X509Certificate shown(String options) throws IOException {
    return OpenSslProgram.shownBy(address.getPort(), options);
  }
}
