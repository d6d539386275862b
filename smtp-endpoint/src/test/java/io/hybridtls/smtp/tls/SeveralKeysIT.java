package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.OpenSslProgram;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificate of several OpenSSL is shown, when its command line says what it can verify. */
@RequiresPeer("openssl")
class SeveralKeysIT {

  private static final TestCa CA = TestCa.named("Contoso");
  private static final HeldCertificate RSA = CA.leaf("mail.contoso.example").rsa().issue();
  private static final HeldCertificate EC = CA.issue("mail.contoso.example");

  private final TlsSocket socket = new TlsSocket();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    socket.close();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          BORINGSSL, '',                                              EC
          BORINGSSL, -tls1_3 -sigalgs rsa_pss_rsae_sha256,            RSA
          BORINGSSL, -tls1_3 -sigalgs ecdsa_secp256r1_sha256,         EC
          BORINGSSL, -tls1_2,                                         EC
          BORINGSSL, -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256,     RSA
          BORINGSSL, -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256,   EC
          BORINGSSL, -tls1_2 -sigalgs RSA+SHA256,                     RSA
          JDK,       '',                                              EC
          JDK,       -tls1_3 -sigalgs rsa_pss_rsae_sha256,            RSA
          JDK,       -tls1_3 -sigalgs ecdsa_secp256r1_sha256,         EC
          JDK,       -tls1_2,                                         EC
          JDK,       -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256,     RSA
          JDK,       -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256,   EC
          JDK,       -tls1_2 -sigalgs RSA+SHA256,                     RSA
          """)
  void aClientShouldBeShownWhatItCanVerify(TlsLibrary library, String options, String shown)
      throws Exception {
    SslContext context = factory(library).server(List.of(RSA, EC), ClientCertificateMode.REQUESTED);
    int port = socket.serve(context);

    assertThat(OpenSslProgram.shownBy(port, options)).isEqualTo(named(shown).leaf());
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          BORINGSSL, '',                                              RSA
          BORINGSSL, -tls1_3 -client_sigalgs rsa_pss_rsae_sha256,     RSA
          BORINGSSL, -tls1_3 -client_sigalgs ecdsa_secp256r1_sha256,  EC
          BORINGSSL, -tls1_2,                                         RSA
          BORINGSSL, -tls1_2 -client_sigalgs ECDSA+SHA256,            EC
          JDK,       '',                                              RSA
          JDK,       -tls1_3 -client_sigalgs rsa_pss_rsae_sha256,     RSA
          JDK,       -tls1_3 -client_sigalgs ecdsa_secp256r1_sha256,  EC
          JDK,       -tls1_2,                                         RSA
          JDK,       -tls1_2 -client_sigalgs ECDSA+SHA256,            EC
          """)
  void aServerShouldBePresentedWhatItCanVerifyWhateverIssuerItNames(
      TlsLibrary library, String options, String presented) throws Exception {
    SslContext context = factory(library).client(List.of(RSA, EC));
    Path identity =
        TestCa.writePem(folder.resolve("server.pem"), List.of(EC.key(), EC.leaf(), CA.issuing()));
    Path elsewhere = TestCa.named("Fabrikam").writeRoot(folder.resolve("elsewhere.pem"));

    try (OpenSslProgram server = OpenSslProgram.server(identity, elsewhere, options)) {
      socket.connect(context, server.port());

      assertThat(server.clientCertificate()).isEqualTo(named(presented).leaf());
    }
  }

  private static ContextFactory factory(TlsLibrary library) {
    return new ContextFactory(library);
  }

  private static HeldCertificate named(String name) {
    return name.equals("EC") ? EC : RSA;
  }
}
