package io.hybridtls.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class AddressLiteralTest {

  @Test
  void addressesShouldStandInBracketsWithTheirTag() throws Exception {
    assertThat(AddressLiteral.of(InetAddress.getByName("192.0.2.1"))).isEqualTo("[192.0.2.1]");
    assertThat(AddressLiteral.of(InetAddress.getByName("2001:db8::1")))
        .isEqualTo("[IPv6:2001:db8:0:0:0:0:0:1]");
  }

  @Test
  void theScopeShouldBeLeftOut() throws Exception {
    byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
    assertThat(AddressLiteral.of(Inet6Address.getByAddress("", linkLocal, 2)))
        .isEqualTo("[IPv6:fe80:0:0:0:0:0:0:1]");
  }
}
