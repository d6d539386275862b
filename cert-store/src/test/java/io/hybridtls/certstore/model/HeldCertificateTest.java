package io.hybridtls.certstore.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.testing.TestCa;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldCertificateTest {

  private final TestCa ca = TestCa.named("Contoso");

  @Test
  void shouldTellItsNamesAndNeverItsKey() {
    HeldCertificate held = ca.issue("mail.contoso.example", "smtp.contoso.example");

    assertThat(held.names())
        .containsExactly(DnsName.of("mail.contoso.example"), DnsName.of("smtp.contoso.example"));
    assertThat(held.toString()).contains("key=****").doesNotContain("PRIVATE");
  }

  @Test
  void shouldTakeAnRsaKey() {
    assertThat(ca.leaf("mail.contoso.example").rsa().issue().key().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void shouldRefuseAKeyThatDoesNotBelongToTheLeaf() {
    HeldCertificate held = ca.issue("mail.contoso.example");

    assertThatThrownBy(() -> HeldCertificate.of(TestCa.newEcKeys().getPrivate(), held.chain()))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("does not belong to the certificate");
  }

  @Test
  void shouldRefuseAChainOutOfOrder() {
    HeldCertificate held = ca.issue("mail.contoso.example");

    assertThatThrownBy(
            () -> HeldCertificate.of(held.key(), List.of(held.leaf(), ca.root(), ca.issuing())))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void shouldRefuseAChainSignedByANamesake() {
    HeldCertificate held = ca.issue("mail.contoso.example");
    TestCa namesake = TestCa.named("Contoso");

    assertThatThrownBy(
            () -> HeldCertificate.of(held.key(), List.of(held.leaf(), namesake.issuing())))
        .isInstanceOf(InvalidCertificateException.class)
        .hasMessageContaining("not signed by the one that follows");
  }

  @Test
  void shouldPermitOnlyTheRolesThatItsKeyPurposesName() {
    assertThat(ca.leaf("a.example").roles(CertificateRole.SERVER).issue().permittedRoles())
        .containsExactly(CertificateRole.SERVER);
    assertThat(ca.leaf("a.example").roles().issue().permittedRoles())
        .containsExactlyInAnyOrder(CertificateRole.values());
  }
}
