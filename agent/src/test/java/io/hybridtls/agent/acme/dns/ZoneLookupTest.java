package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.ScriptedNameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Zones as seen through a resolver that does not say where a name that is not there lies. */
@Timeout(30)
class ZoneLookupTest {

  private ScriptedNameServer resolver;
  private ZoneLookup zones;

  @BeforeEach
  void start() throws IOException {
    resolver =
        ScriptedNameServer.having(
            """
            contoso.example. SOA ns1.contoso.example. hostmaster.contoso.example. 1 60 60 60 60
            sub.contoso.example. SOA ns1.contoso.example. hostmaster.contoso.example. 1 60 60 60 60
            mail.sub.contoso.example. CNAME contoso.example.
            contoso.example. NS ns1.contoso.example.
            ns1.contoso.example. A 127.0.0.1
            """);
    zones = ZoneLookup.by(Optional.of(resolver.address()));
  }

  @AfterEach
  void stop() {
    resolver.close();
  }

  @Test
  void theZoneOfANameThatIsNotThereShouldBeFoundAboveIt() throws IOException {
    assertThat(zones.zoneOf(name("_acme-challenge.mail.contoso.example.")))
        .isEqualTo(name("contoso.example."));
    assertThat(zones.zoneOf(name("_acme-challenge.www.sub.contoso.example.")))
        .isEqualTo(name("sub.contoso.example."));
    assertThat(zones.zoneOf(name("contoso.example."))).isEqualTo(name("contoso.example."));
  }

  @Test
  void theZoneThatANameAboveIsAnAliasOfShouldNotBeTakenForItsOwn() throws IOException {
    assertThat(zones.zoneOf(name("_acme-challenge.mail.sub.contoso.example.")))
        .isEqualTo(name("sub.contoso.example."));
  }

  @Test
  void aServerShouldBeKnownByTheAddressesThatItsZoneTells() throws IOException {
    resolver.fail(Type.AAAA);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
    assertThat(zones.serversOf(name("contoso.example."), 53))
        .containsExactly(ZoneServer.named("ns1.contoso.example", List.of(address)));

    resolver.fail(Type.A);
    assertThatThrownBy(() -> zones.serversOf(name("contoso.example."), 53))
        .hasMessageEndingWith(" answered SERVFAIL to ns1.contoso.example. A");
  }

  @Test
  void aNameInNoZoneShouldBeSaid() {
    assertThatThrownBy(() -> zones.zoneOf(name("_acme-challenge.fabrikam.example.")))
        .hasMessage(
            "dns.resolver localhost port "
                + resolver.address().getPort()
                + " knows no zone that _acme-challenge.fabrikam.example. lies in");
  }

  private static Name name(String absolute) {
    return Name.fromConstantString(absolute);
  }
}
