package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.testing.ScriptedNameServer;
import io.hybridtls.agent.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;

/** Standing records that lie in another zone than the name that they prove. */
@Timeout(30)
class GrantLookupTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final StandingRecord WANTED =
      StandingRecord.of(
          "mail.contoso.example", false, List.of("ca.example"), "https://ca.example/acct/1", NOW);

  @Test
  void anAliasShouldBeFollowedAsTheCaDoes() throws Exception {
    try (ScriptedNameServer resolver =
        ScriptedNameServer.having(
            """
            _validation-persist.mail.contoso.example. CNAME mail.proofs.test.
            proofs.test. SOA ns1.proofs.test. hostmaster.proofs.test. 1 60 60 60 60
            proofs.test. NS ns1.proofs.test.
            ns1.proofs.test. A 127.0.0.1
            """)) {
      Name end = Name.fromConstantString("mail.proofs.test.");
      TxtQuery query =
          (server, name) -> name.equals(end) ? List.of(WANTED.wanted().text()) : List.of();

      assertThat(lookup(resolver, query).look(WANTED).grant()).contains(WANTED.wanted());
    }
  }

  private static GrantLookup lookup(ScriptedNameServer resolver, TxtQuery query) {
    VirtualTime time = new VirtualTime(NOW);
    LookupSettings settings =
        new LookupSettings(Optional.of(resolver.address()), List.of(), Duration.ofSeconds(1));
    ZoneLookup zones = ZoneLookup.by(settings.resolver());
    return new GrantLookup(new Propagation(settings, zones, query, time, time), query, time);
  }
}
