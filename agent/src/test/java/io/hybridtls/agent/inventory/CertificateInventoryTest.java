package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateInventoryTest {

  @Test
  void specsShouldBeFoundByIdAndListedInOrder() {
    CertificateInventory inventory = CertificateInventory.of(List.of(spec("web"), spec("mail")));

    assertThat(inventory.ids()).containsExactly(CertificateId.of("mail"), CertificateId.of("web"));
    assertThat(inventory.specs()).containsExactly(spec("mail"), spec("web"));
    assertThat(inventory.find(CertificateId.of("mail"))).contains(spec("mail"));
    assertThat(inventory.find(CertificateId.of("other"))).isEmpty();
  }

  @Test
  void anIdShouldNotBeTakenTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CertificateInventory.of(List.of(spec("mail"), spec("mail"))))
        .withMessage("certificate mail is configured twice");
  }

  private static CertificateSpec spec(String id) {
    return new CertificateSpec(
        CertificateId.of(id),
        List.of(DnsName.of("mail.contoso.example")),
        "ca",
        KeyAlgorithm.RSA_2048,
        Set.of(CertificateRole.SERVER));
  }
}
