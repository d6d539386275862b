package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSL's opinion of the private CA's certificates and lists. */
@RequiresPeer("openssl")
class LocalCaOpenSslIT {

  @TempDir private Path folder;

  private final Clock clock = Clock.systemUTC();
  private final InMemoryCertificateStore store = new InMemoryCertificateStore();

  @BeforeEach
  void issue() throws Exception {
    LocalCaSettings settings =
        new LocalCaSettings(
            "internal",
            "Contoso Mail",
            Duration.ofDays(90),
            Optional.of(URI.create("http://mail.contoso.example")));
    LocalCa ca = LocalCa.open(settings, store, clock, new SecureRandom());
    HeldCertificate held =
        ca.issuer()
            .issue(
                TestRequest.of(
                    new CertificateSpec(
                        CertificateId.of("mail"),
                        List.of(DnsName.of("mail.contoso.example")),
                        "internal",
                        KeyAlgorithm.RSA_2048,
                        Set.of(CertificateRole.SERVER))),
                step -> {});
    ca.writeRoot(folder);
    TestCa.writePem(folder.resolve("leaf.pem"), List.of(held.leaf()));
    TestCa.writePem(folder.resolve("issuing.pem"), List.of(ca.issuing()));
    writeLists(AuthorityMaker.ROOT, AuthorityMaker.ISSUING);
  }

  @Test
  void shouldBeVerifiedWithTheWholePathsRevocation() throws Exception {
    assertThat(verify("-crl_check_all", "-CRLfile", "lists.pem", "-purpose", "sslserver"))
        .contains("leaf.pem: OK");
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

  private void writeLists(CertificateId... authorities) throws Exception {
    StringBuilder pem = new StringBuilder();
    for (CertificateId id : authorities) {
      Files.write(
          folder.resolve("list.crl"),
          new RevocationList(store.active(id).orElseThrow().certificate(), clock).der());
      pem.append(openssl("crl", "-inform", "DER", "-in", "list.crl"));
    }
    Files.writeString(folder.resolve("lists.pem"), pem);
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
