package io.hybridtls.agent.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.testing.TestEndpoint;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations with several certificates, as a real listener presents them. */
class SeveralKeysProofTest {

  private static final String NAME = "mail.contoso.example";
  private static final TestCa CA = TestCa.named("Contoso");
  private static final HeldCertificate RSA = CA.leaf(NAME).rsa().issue();
  private static final HeldCertificate P256 = CA.issue(NAME);

  private @TempDir Path folder;
  private TestEndpoint endpoint;

  @BeforeEach
  void listen() throws Exception {
    endpoint = new TestEndpoint(folder, NAME, P256).start();
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void shouldSeeEachCertificateWhateverTheirOrder() throws Exception {
    HeldCertificate p384 = p384();
    endpoint.publish(RSA, P256, p384);

    assertThat(prove(RSA, P256, p384)).containsExactly(seen(RSA), seen(P256), seen(p384));
    assertThat(prove(p384, RSA, P256)).containsExactly(seen(p384), seen(RSA), seen(P256));
  }

  @Test
  void shouldSayWhichKeyIsNotPresented() {
    List<Proof> proofs = prove(RSA, P256);

    assertThat(proofs.get(0).isVerified()).isFalse();
    assertThat(proofs.get(0).describe())
        .startsWith("listener mx could not be asked for its certificate: ")
        .contains("by a client that verifies rsa-2048 alone: ");
    assertThat(proofs.get(1)).isEqualTo(seen(P256));
  }

  @Test
  void shouldTellTheOldCertificateOfTheSecondKeyFromTheNewOne() {
    HeldCertificate old = CA.issue(NAME);
    endpoint.publish(RSA, old);

    assertThat(prove(RSA, P256))
        .containsExactly(seen(RSA), new Proof.Mismatch("mx", P256.serial(), old.serial()));
  }

  private List<Proof> prove(HeldCertificate... certificates) {
    Generation generation =
        new Generation(
            CertificateId.of("mail"), 1, Instant.EPOCH, "internal", "test", List.of(certificates));
    ListenerTarget target = new ListenerTarget("mx", endpoint.address(), false);
    return DeploymentProof.byHandshake(id -> List.of(target), Duration.ofSeconds(10))
        .prove(generation);
  }

  private static Proof seen(HeldCertificate certificate) {
    return new Proof.Verified("mx", certificate.serial());
  }

  private static HeldCertificate p384() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(384);
    return CA.leaf(NAME).keys(generator.generateKeyPair()).issue();
  }
}
