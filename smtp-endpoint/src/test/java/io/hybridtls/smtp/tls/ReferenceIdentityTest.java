package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.DnsName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceIdentityTest {

  @ParameterizedTest
  @CsvSource({
    "mail.protection.outlook.com, mail.protection.outlook.com, true",
    "mail.protection.outlook.com, *.protection.outlook.com, true",
    "mail.protection.outlook.com, *.mail.protection.outlook.com, false",
    "mail.protection.outlook.com, *.outlook.com, false",
    "a.mail.contoso.com, *.contoso.com, false",
    "*.contoso.com, contoso.com, true",
    "*.contoso.com, mail.contoso.com, true",
    "*.contoso.com, a.b.contoso.com, true",
    "*.contoso.com, *.contoso.com, true",
    "*.contoso.com, evilcontoso.com, false",
    "contoso.com, mail.contoso.com, false",
    "contoso.com, contoso.com.evil.example, false",
  })
  void shouldBeSatisfiedByTheNamesItStandsFor(
      String reference, String presented, boolean expected) {
    assertThat(ReferenceIdentity.of(reference).isSatisfiedBy(DnsName.of(presented)))
        .isEqualTo(expected);
  }
}
