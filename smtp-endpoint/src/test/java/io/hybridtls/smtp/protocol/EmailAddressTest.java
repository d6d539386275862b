package io.hybridtls.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.DnsName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

  @Test
  void domainsShouldBeEqualInAnyCaseAndLocalPartsOnlyToTheLetter() {
    assertThat(EmailAddress.of("Ann@Contoso.Example"))
        .isEqualTo(EmailAddress.of("Ann@contoso.example"))
        .isNotEqualTo(EmailAddress.of("ann@contoso.example"));
  }

  @Test
  void theDomainShouldBeTheOneBehindTheLastAtSign() {
    EmailAddress address = EmailAddress.of("\"evil@elsewhere.example\"@contoso.example");
    assertThat(address.domainName()).contains(DnsName.of("contoso.example"));
    assertThat(address).hasToString("\"evil@elsewhere.example\"@contoso.example");
  }

  @Test
  void anAddressLiteralShouldBeNoDomainName() {
    assertThat(EmailAddress.of("root@[192.0.2.1]").domainName()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "ann", "ann@", "@contoso.example", "a\r\nb@contoso.example"})
  void whatIsNoMailboxShouldBeNamed(String text) {
    assertThatThrownBy(() -> EmailAddress.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"");
  }

  @Test
  void partsThatAreNotCanonicalShouldNotMakeAnAddress() {
    assertThatThrownBy(() -> new EmailAddress("ann", "Contoso.example"))
        .hasMessageContaining("canonical");
    assertThatThrownBy(() -> new EmailAddress("ann\r\nRCPT TO:<x", "contoso.example"))
        .hasMessageContaining("local part");
  }
}
