package io.hybridtls.certstore.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "::1, ::1",
    "::, ::",
    "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1",
    "fe80::1, fe80::1"
  })
  void shouldReadAddressesAsPeopleWriteThem(String written, String canonical) {
    assertThat(IpAddress.of(written).value()).isEqualTo(canonical);
    assertThat(IpAddress.of(IpAddress.of(written).toInetAddress())).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "mail.contoso.example", "1.2.3", "192.0.2.300", "::g", "1:2", "fe80::1%lo"})
  void shouldRefuseWhatIsNoAddress(String written) {
    assertThatThrownBy(() -> IpAddress.of(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + written + "\" is not an IP address");
  }

  @Test
  void shouldNotTakeNamesForAddresses() {
    assertThat(IpAddress.looksLikeOne("192.0.2.1")).isTrue();
    assertThat(IpAddress.looksLikeOne("::1")).isTrue();
    assertThat(IpAddress.looksLikeOne("1.example")).isFalse();
    assertThat(IpAddress.looksLikeOne("cafe")).isFalse();
  }

  @Test
  void shouldTakeOneFormOnly() {
    assertThatThrownBy(() -> new IpAddress("2001:DB8::1"))
        .hasMessage("\"2001:DB8::1\" is not in canonical form: 2001:db8::1");
  }
}
