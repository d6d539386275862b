package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSL's opinion of the private CA's certificates and lists. */
@RequiresPeer("openssl")
class LocalCaOpenSslIT {

  @TempDir private Path folder;

  private final InMemoryCertificateStore store = new InMemoryCertificateStore();
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);
  private LocalCa ca;
  private HeldCertificate held;

  @BeforeEach
  void issue() throws Exception {
    listener.start();
    CaWorld world =
        new CaWorld(folder)
            .servedAt("http://127.0.0.1:" + listener.address().getPort())
            .with(CaWorld.permitting(List.of("contoso.example"), List.of("10.0.0.0/8")));
    ca = LocalCa.open(world.settings(), store, folder, Clock.systemUTC(), CaWorld.RANDOM);
    ca.publishTo(routes);
    held =
        CaWorld.issue(
            ca,
            CaWorld.spec(
                KeyAlgorithm.RSA_2048, Set.of(CertificateRole.SERVER), "mail.contoso.example"));
    TestCa.writePem(folder.resolve("leaf.pem"), List.of(held.leaf()));
    TestCa.writePem(folder.resolve("issuing.pem"), List.of(CaWorld.issuerOf(held)));
    fetchLists();
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void shouldBeVerifiedWithTheWholePathsRevocation() throws Exception {
    assertThat(verify("-crl_check_all", "-CRLfile", "lists.pem", "-purpose", "sslserver"))
        .contains("leaf.pem: OK");
  }

  @Test
  void shouldFailTheCheckOnceItIsRevoked() throws Exception {
    ca.revoke(held.serial(), RevocationReason.KEY_COMPROMISE);
    fetchLists();

    assertThat(verify("-crl_check_all", "-CRLfile", "lists.pem")).contains("certificate revoked");
    assertThat(openssl("crl", "-in", "lists.pem", "-noout", "-text"))
        .containsIgnoringCase("Serial Number: " + padded(held.serial()))
        .contains("Key Compromise", "X509v3 CRL Number", "X509v3 Authority Key Identifier");
  }

  @Test
  void shouldFailTheCheckOnceItsIssuingCaIsRevoked() throws Exception {
    ca.revoke(HeldCertificate.serialOf(CaWorld.issuerOf(held)), RevocationReason.KEY_COMPROMISE);
    fetchLists();

    assertThat(verify("-crl_check_all", "-CRLfile", "lists.pem"))
        .contains("at 1 depth lookup: certificate revoked");
  }

  @Test
  void shouldSignListsThatAreVerified() throws Exception {
    Files.writeString(
        folder.resolve("both.pem"), Files.readString(folder.resolve("issuing.pem")) + ca.rootPem());

    assertThat(openssl("crl", "-in", "lists.pem", "-noout", "-verify", "-CAfile", "both.pem"))
        .contains("verify OK");
  }

  @Test
  void shouldNotBeTakenForAPurposeThatItDoesNotHave() throws Exception {
    assertThat(verify("-purpose", "sslclient")).contains("unsuitable certificate purpose");
  }

  @Test
  void shouldBeVerifiedForItsNameAlone() throws Exception {
    assertThat(verify("-verify_hostname", "mail.contoso.example")).contains("leaf.pem: OK");
    assertThat(verify("-verify_hostname", "other.example")).contains("hostname mismatch");
  }

  /** Signed with the issuing CA's own key, by somebody who does not heed its constraints. */
  @ParameterizedTest
  @CsvSource({
    "a.contoso.example, 10.9.8.7, leaf.pem: OK",
    "a.other.example, , permitted subtree violation",
    "a.contoso.example, 11.0.0.1, permitted subtree violation",
    "a.contoso.example, 2001:db8::1, subtree violation",
  })
  void shouldBeVerifiedWithinTheConstraintsAlone(
      String name, @Nullable String address, String verdict) throws Exception {
    HeldCertificate issuing = store.active(CertificateId.of("issuing")).orElseThrow().certificate();
    X509Certificate leaf =
        ConstraintsTest.signedByThief(
            issuing, List.of(name), Optional.ofNullable(address).stream().toList());
    TestCa.writePem(folder.resolve("leaf.pem"), List.of(leaf));

    assertThat(verify()).contains(verdict);
  }

  @Test
  void shouldCertifyARequestOfOpenSsl() throws Exception {
    openssl(
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "device.key",
        "-out",
        "device.csr",
        "-subj",
        "/CN=any",
        "-addext",
        "subjectAltName=DNS:device42.contoso.example,IP:10.0.0.42");

    List<X509Certificate> chain =
        ca.issueFor(
            "device42",
            Files.readAllBytes(folder.resolve("device.csr")),
            Set.of(CertificateRole.CLIENT),
            Optional.empty());
    TestCa.writePem(folder.resolve("leaf.pem"), List.of(chain.get(0)));

    assertThat(verify("-crl_check_all", "-CRLfile", "lists.pem", "-purpose", "sslclient"))
        .contains("leaf.pem: OK");
    assertThat(openssl("x509", "-in", "leaf.pem", "-noout", "-subject", "-ext", "subjectAltName"))
        .contains("CN = device42", "DNS:device42.contoso.example, IP Address:10.0.0.42");
    assertThat(openssl("x509", "-in", "leaf.pem", "-noout", "-pubkey"))
        .isEqualTo(openssl("pkey", "-in", "device.key", "-pubout"));
  }

  /** Both lists from where the certificates say that they are: that of the issuing CA first. */
  private void fetchLists() throws Exception {
    StringBuilder pem = new StringBuilder();
    for (X509Certificate certificate : held.chain()) {
      byte[] der =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(RevocationTest.urlOf(certificate))).build(),
                  BodyHandlers.ofByteArray())
              .body();
      Files.write(folder.resolve("list.crl"), der);
      pem.append(openssl("crl", "-inform", "DER", "-in", "list.crl"));
    }
    Files.writeString(folder.resolve("lists.pem"), pem);
  }

  private static String padded(String serial) {
    return serial.length() % 2 == 0 ? serial : "0" + serial;
  }

  private String verify(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("verify", "-x509_strict"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("-CAfile", "root.pem", "-untrusted", "issuing.pem", "leaf.pem"));
    return openssl(arguments.toArray(String[]::new));
  }

  private String openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PeerProgram.require("openssl").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
