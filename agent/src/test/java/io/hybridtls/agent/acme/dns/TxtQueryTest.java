package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.testing.ScriptedNameServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Name;

/** Who may ask others for a record, and who must have it. */
@Timeout(30)
class TxtQueryTest {

  private static final Name NAME = Name.fromConstantString("_acme-challenge.contoso.example.");

  @Test
  void onlyAServerThatIsConfiguredShouldBeToldToAskOthers() throws Exception {
    try (ScriptedNameServer server =
        ScriptedNameServer.having("_acme-challenge.contoso.example. TXT \"one \" \"value\"\n")) {
      ZoneServer configured = ZoneServer.at(server.address());
      ZoneServer found = ZoneServer.named("ns1.contoso.example", List.of(server.address()));

      assertThat(TxtQuery.direct().values(configured, NAME)).containsExactly("one value");
      assertThat(TxtQuery.direct().values(found, NAME)).containsExactly("one value");
      assertThat(server.questions())
          .extracting(question -> question.getHeader().getFlag(Flags.RD))
          .containsExactly(true, false);
    }
  }
}
