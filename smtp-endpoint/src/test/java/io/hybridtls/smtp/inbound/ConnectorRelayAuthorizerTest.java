package io.hybridtls.smtp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.inbound.RelayVerdict.Refused;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectorRelayAuthorizerTest {

  private static final ReversePath ALICE = ReversePath.of(EmailAddress.of("alice@partner.example"));
  private static final EmailAddress LOCAL = EmailAddress.of("bob@contoso.example");
  private static final EmailAddress ELSEWHERE = EmailAddress.of("carol@fabrikam.example");
  private static final PeerIdentity CLOUD = verified("mail.protection.outlook.com");

  @Test
  void shouldRelayNothingWithoutConnectors() {
    RelayAuthorizer authorizer = new ConnectorRelayAuthorizer(List.of(), List.of());

    assertRefused(authorizer, peer("192.0.2.1", PeerIdentity.anonymous()), LOCAL);
    assertRefused(authorizer, peer("127.0.0.1", CLOUD), ELSEWHERE);
  }

  @Test
  void shouldTakeMailForAcceptedDomainsFromAnybody() {
    RelayAuthorizer authorizer =
        new ConnectorRelayAuthorizer(List.of(DomainPattern.of("contoso.example")), List.of());

    assertPermitted(authorizer, peer("192.0.2.1", PeerIdentity.anonymous()), LOCAL);
    assertRefused(authorizer, peer("192.0.2.1", PeerIdentity.anonymous()), ELSEWHERE);
  }

  @Test
  void shouldRelayForTheCertificateThatAnOnPremisesConnectorNames() {
    RelayAuthorizer authorizer = with(cloudConnector(ConnectorType.ON_PREMISES));

    assertPermitted(authorizer, peer("192.0.2.1", CLOUD), LOCAL);
    assertRefused(authorizer, peer("192.0.2.1", CLOUD), ELSEWHERE);
    assertRefused(authorizer, peer("192.0.2.1", verified("mail.evil.example")), LOCAL);
    assertRefused(
        authorizer,
        peer("192.0.2.1", new PeerIdentity.Unverified("CN=mail.protection.outlook.com", "forged")),
        LOCAL);
  }

  @Test
  void shouldGrantNothingByAPartnerConnector() {
    assertRefused(with(cloudConnector(ConnectorType.PARTNER)), peer("192.0.2.1", CLOUD), LOCAL);
  }

  @Test
  void shouldNotGrantByAConnectorThatDoesNotSayWhoThePeerIs() {
    InboundConnector anyone =
        connector("anyone", ConnectorType.ON_PREMISES, Optional.empty(), List.of(), List.of("*"));

    assertRefused(with(anyone), peer("192.0.2.1", PeerIdentity.anonymous()), ELSEWHERE);
  }

  @Test
  void shouldRelayForAddressesWithinTheBlock() {
    InboundConnector applications =
        connector(
            "applications",
            ConnectorType.ON_PREMISES,
            Optional.empty(),
            List.of("10.0.0.0/8"),
            List.of("*"));

    assertPermitted(
        with(applications), peer("10.255.255.255", PeerIdentity.anonymous()), ELSEWHERE);
    assertRefused(with(applications), peer("11.0.0.0", PeerIdentity.anonymous()), ELSEWHERE);
    assertRefused(with(applications), peer("::1", PeerIdentity.anonymous()), ELSEWHERE);
  }

  @Test
  void shouldNotRelayToAddressLiterals() {
    InboundConnector applications =
        connector(
            "applications",
            ConnectorType.ON_PREMISES,
            Optional.empty(),
            List.of("10.0.0.0/8"),
            List.of("*"));

    assertRefused(
        with(applications),
        peer("10.0.0.1", PeerIdentity.anonymous()),
        new EmailAddress("root", "[127.0.0.1]"));
  }

  @Test
  void shouldDemandClientAuthOnlyWhereTheConnectorDoes() {
    PeerIdentity serverOnly =
        new PeerIdentity.Verified(
            "CN=x",
            Set.of(DnsName.of("mail.protection.outlook.com")),
            Set.of(CertificateRole.SERVER));

    assertPermitted(
        with(cloudConnector(ConnectorType.ON_PREMISES)), peer("192.0.2.1", serverOnly), LOCAL);
    assertRefused(with(strictCloudConnector()), peer("192.0.2.1", serverOnly), LOCAL);
  }

  @Test
  void shouldRefuseARestrictedSenderDomainFromAnyOtherPeer() {
    RelayAuthorizer authorizer = with(partnerRestrictedTo("mail.partner.example"));

    assertThat(authorizer.maySend(peer("192.0.2.1", verified("mail.partner.example")), ALICE))
        .isInstanceOf(RelayVerdict.Permitted.class);
    RelayVerdict verdict = authorizer.maySend(peer("192.0.2.1", CLOUD), ALICE);
    assertThat(verdict).isInstanceOf(Refused.class);
    assertThat(((Refused) verdict).reply().toString()).startsWith("550 5.7.51");
  }

  @Test
  void shouldAskForStarttlsFirstWhereAConnectorRequiresTls() {
    RelayAuthorizer authorizer = with(partnerRestrictedTo("mail.partner.example"));
    SendingPeer plain = new SendingPeer(address("192.0.2.1"), false, PeerIdentity.anonymous());

    RelayVerdict verdict = authorizer.maySend(plain, ALICE);

    assertThat(((Refused) verdict).reply().toString()).startsWith("530 5.7.0");
  }

  private static InboundConnector cloudConnector(ConnectorType type) {
    return connector(
        "exchange-online",
        type,
        Optional.of(ReferenceIdentity.of("mail.protection.outlook.com")),
        List.of(),
        List.of("contoso.example"));
  }

  private static InboundConnector strictCloudConnector() {
    InboundConnector c = cloudConnector(ConnectorType.ON_PREMISES);
    return new InboundConnector(
        c.name(),
        c.type(),
        true,
        c.tlsSenderCertificateName(),
        true,
        c.senderIpAddresses(),
        c.senderDomains(),
        c.recipientDomains(),
        false,
        false,
        false);
  }

  private static InboundConnector partnerRestrictedTo(String certificateName) {
    return new InboundConnector(
        "partner",
        ConnectorType.PARTNER,
        true,
        Optional.of(ReferenceIdentity.of(certificateName)),
        false,
        List.of(),
        List.of(DomainPattern.of("*.partner.example")),
        List.of(),
        true,
        false,
        false);
  }

  private static InboundConnector connector(
      String name,
      ConnectorType type,
      Optional<ReferenceIdentity> certificate,
      List<String> addresses,
      List<String> recipients) {
    return new InboundConnector(
        name,
        type,
        false,
        certificate,
        false,
        addresses.stream().map(AddressRange::of).toList(),
        List.of(),
        recipients.stream().map(DomainPattern::of).toList(),
        false,
        false,
        false);
  }

  private static RelayAuthorizer with(InboundConnector connector) {
    return new ConnectorRelayAuthorizer(List.of(), List.of(connector));
  }

  private static PeerIdentity verified(String name) {
    return new PeerIdentity.Verified(
        "CN=" + name, Set.of(DnsName.of(name)), Set.of(CertificateRole.values()));
  }

  private static SendingPeer peer(String address, PeerIdentity identity) {
    return new SendingPeer(address(address), true, identity);
  }

  private static InetAddress address(String literal) {
    return AddressRange.of(literal).network();
  }

  private static void assertPermitted(
      RelayAuthorizer authorizer, SendingPeer peer, EmailAddress recipient) {
    assertThat(authorizer.mayRelay(peer, ALICE, recipient))
        .isInstanceOf(RelayVerdict.Permitted.class);
  }

  private static void assertRefused(
      RelayAuthorizer authorizer, SendingPeer peer, EmailAddress recipient) {
    assertThat(authorizer.mayRelay(peer, ALICE, recipient)).isInstanceOf(Refused.class);
  }
}
