package io.hybridtls.smtp.outbound;

import static io.hybridtls.smtp.outbound.TestConnectors.smartHost;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.protocol.EmailAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OutboundConnectorsTest {

  private final OutboundConnectors connectors =
      OutboundConnectors.of(
          List.of(
              smartHost("everyone", "*"),
              smartHost("fabrikam", "*.fabrikam.example"),
              smartHost("fabrikam-eu", "*.eu.fabrikam.example"),
              smartHost("fabrikam-paris", "paris.eu.fabrikam.example")));

  @Test
  void exactDomainShouldWin() {
    assertThat(serving("bob@paris.eu.fabrikam.example")).contains("fabrikam-paris");
  }

  @Test
  void longestWildcardShouldComeNext() {
    assertThat(serving("bob@rome.eu.fabrikam.example")).contains("fabrikam-eu");
    assertThat(serving("bob@old.paris.eu.fabrikam.example")).contains("fabrikam-eu");
    assertThat(serving("bob@us.fabrikam.example")).contains("fabrikam");
  }

  @Test
  void wildcardShouldServeItsOwnDomainToo() {
    assertThat(serving("bob@fabrikam.example")).contains("fabrikam");
  }

  @Test
  void nameThatOnlyEndsAlikeShouldNotMatch() {
    assertThat(serving("bob@notfabrikam.example")).contains("everyone");
  }

  @Test
  void addressLiteralShouldOnlyBeServedByTheConnectorForAll() {
    assertThat(serving("bob@[192.0.2.1]")).contains("everyone");
    assertThat(
            OutboundConnectors.of(List.of(smartHost("fabrikam", "*.fabrikam.example")))
                .serving(EmailAddress.of("bob@[192.0.2.1]")))
        .isEmpty();
  }

  @Test
  void nobodyShouldServeADomainThatNoConnectorNames() {
    assertThat(
            OutboundConnectors.of(List.of(smartHost("fabrikam", "fabrikam.example")))
                .serving(EmailAddress.of("bob@contoso.example")))
        .isEmpty();
  }

  @Property
  void choiceShouldBeTheMostSpecificPatternThatMatches(
      @ForAll("patterns") List<String> patterns, @ForAll("domains") String domain) {
    List<OutboundConnector> all =
        IntStream.range(0, patterns.size())
            .mapToObj(i -> smartHost("connector-" + i, patterns.get(i)))
            .toList();
    EmailAddress recipient = EmailAddress.of("bob@" + domain);

    Optional<OutboundConnector> expected =
        all.stream()
            .filter(c -> pattern(c).matches(recipient.domainName().orElseThrow()))
            .max(
                Comparator.comparing((OutboundConnector c) -> pattern(c).specificity())
                    .thenComparing(all::indexOf, Comparator.reverseOrder()));

    assertThat(OutboundConnectors.of(all).serving(recipient)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<List<String>> patterns() {
    return Arbitraries.oneOf(
            domains(), domains().map(domain -> "*." + domain), Arbitraries.just("*"))
        .list()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> domains() {
    return Arbitraries.of("a", "b", "ab")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(labels -> String.join(".", labels));
  }

  private static DomainPattern pattern(OutboundConnector connector) {
    return connector.recipientDomains().get(0);
  }

  private Optional<String> serving(String recipient) {
    return connectors.serving(EmailAddress.of(recipient)).map(OutboundConnector::name);
  }
}
