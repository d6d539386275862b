package io.hybridtls.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.testing.TestCa;
import java.security.KeyPair;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class SigningRequestTest {

  private static final String LONG = "a".repeat(60) + ".contoso.example";

  @Test
  void shouldNameEveryNameAndTheFirstOfThemTwice() throws Exception {
    PKCS10CertificationRequest request =
        request(TestCa.newEcKeys(), "mail.contoso.example", "smtp.contoso.example");

    assertThat(request.getSubject()).hasToString("CN=mail.contoso.example");
    assertThat(names(request)).containsExactly("mail.contoso.example", "smtp.contoso.example");
  }

  @Test
  void shouldPassOverNamesThatACommonNameCannotHold() throws Exception {
    KeyPair keys = TestCa.newEcKeys();

    assertThat(request(keys, LONG, "mail.contoso.example").getSubject())
        .hasToString("CN=mail.contoso.example");
    assertThat(request(keys, LONG).getSubject().getRDNs()).isEmpty();
    assertThat(names(request(keys, LONG))).containsExactly(LONG);
  }

  @Test
  void shouldProveItsKey() throws Exception {
    for (KeyPair keys : List.of(TestCa.newEcKeys(), TestCa.newRsaKeys())) {
      assertThat(
              request(keys, "mail.contoso.example")
                  .isSignatureValid(
                      new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
          .isTrue();
    }
  }

  private static PKCS10CertificationRequest request(KeyPair keys, String... names)
      throws Exception {
    return new PKCS10CertificationRequest(
        SigningRequest.of(
            new CertificateSpec(
                CertificateId.of("mail"),
                Stream.of(names).map(DnsName::of).toList(),
                "letsencrypt",
                KeyAlgorithm.EC_P256,
                Set.of(CertificateRole.SERVER)),
            keys));
  }

  private static List<String> names(PKCS10CertificationRequest request) {
    GeneralNames names =
        GeneralNames.fromExtensions(
            request.getRequestedExtensions(), Extension.subjectAlternativeName);
    return Stream.of(names.getNames()).map(GeneralName::getName).map(Object::toString).toList();
  }
}
