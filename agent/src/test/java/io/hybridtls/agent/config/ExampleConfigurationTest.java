package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.localca.ConstraintSettings;
import io.hybridtls.agent.localca.LifetimeSettings;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.inbound.AddressRange;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustSource;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One whole configuration, and the values that the other rooms are given for it. */
class ExampleConfigurationTest {

  private static final String TEXT =
      """
      state-directory = "/var/lib/hybridtls"
      issuers {
        letsencrypt { type = acme, directory = "https://acme-v02.api.letsencrypt.org/directory",
                      contacts = ["mailto:postmaster@contoso.example"], terms-of-service-agreed = true,
                      profile = classic, challenge = http-01, trusted-ca-file = null }   # for a private ACME server
        internal    { type = local-ca, name = "Contoso Mail" }
      }
      certificates {
        mail { names = ["mail.contoso.example"], issuer = letsencrypt, key = rsa-2048, roles = [server, client] }
      }
      smtp {
        hostname = "mail.contoso.example"
        listeners {
          mx { address = "0.0.0.0:25", tls = starttls, certificate = mail, client-certificate = requested }
        }
        inbound-connectors {
          exchange-online { type = on-premises, require-tls = true,
            tls-sender-certificate-name = "mail.protection.outlook.com", recipient-domains = ["contoso.example"] }
          applications    { type = on-premises, sender-ip-addresses = ["10.0.0.0/8"], recipient-domains = ["*"] }
        }
        outbound-connectors {
          exchange-online { recipient-domains = ["*"], smart-hosts = ["contoso-example.mail.protection.outlook.com"],
            tls-settings = domain-validation, tls-domain = "mail.protection.outlook.com", certificate = mail }
        }
      }
      http  { address = "0.0.0.0:80" }             # http-01
      admin { socket = "/run/hybridtls/admin.sock" }
      """;

  private static final CertificateId MAIL = CertificateId.of("mail");

  @TempDir private Path folder;

  @Test
  void issuersAndCertificatesShouldBeThoseWritten() {
    AgentConfig config = config();

    assertThat(config.acmeIssuers())
        .containsExactly(
            AcmeIssuerSettings.at(
                    "letsencrypt", URI.create("https://acme-v02.api.letsencrypt.org/directory"))
                .contacts(List.of(URI.create("mailto:postmaster@contoso.example")))
                .profile(Optional.of("classic"))
                .settings());
    assertThat(config.localCas())
        .containsExactly(
            new LocalCaSettings(
                "internal",
                "Contoso Mail",
                new LifetimeSettings(
                    Duration.ofDays(3650), Duration.ofDays(1825), Duration.ofDays(90)),
                ConstraintSettings.NONE,
                Optional.empty()));
    assertThat(config.certificates().find(MAIL))
        .contains(
            new CertificateSpec(
                MAIL,
                List.of(DnsName.of("mail.contoso.example")),
                "letsencrypt",
                KeyAlgorithm.RSA_2048,
                Set.of(CertificateRole.SERVER, CertificateRole.CLIENT)));
  }

  @Test
  void listenersAndLimitsShouldBeThoseWritten() {
    EndpointSettings smtp = smtp();

    assertThat(smtp.listeners())
        .containsExactly(
            new ListenerSettings(
                "mx",
                new InetSocketAddress("0.0.0.0", 25),
                ListenerTls.STARTTLS,
                Optional.of(MAIL),
                ClientCertificateMode.REQUESTED,
                TrustSource.systemRoots()));
    assertThat(smtp.limits())
        .isEqualTo(
            new SessionLimits(
                157_286_400, 1_000, 20, 100, Duration.ofMinutes(5), Duration.ofMinutes(3)));
    assertThat(smtp.acceptedDomains()).isEmpty();
  }

  @Test
  void inboundConnectorsShouldBeThoseWrittenInTheirOrder() {
    assertThat(smtp().inboundConnectors())
        .containsExactly(
            inbound(
                "exchange-online",
                true,
                Optional.of(ReferenceIdentity.of("mail.protection.outlook.com")),
                List.of(),
                "contoso.example"),
            inbound(
                "applications",
                false,
                Optional.empty(),
                List.of(AddressRange.of("10.0.0.0/8")),
                "*"));
  }

  @Test
  void outboundConnectorsShouldBeThoseWritten() {
    assertThat(smtp().outboundConnectors())
        .containsExactly(
            new OutboundConnector(
                "exchange-online",
                List.of(new DomainPattern.Any()),
                List.of(new SmartHost("contoso-example.mail.protection.outlook.com", 25)),
                new TlsRequirement.DomainValidation(
                    ReferenceIdentity.of("mail.protection.outlook.com")),
                Optional.of(MAIL),
                TrustSource.systemRoots(),
                8));
  }

  @Test
  void aConnectorWithACertificateAloneShouldRequireEncryption() {
    String text = TEXT.replace("tls-settings = domain-validation,", "");
    AgentConfig config =
        ConfigFiles.in(folder)
            .read(text.replace("tls-domain = \"mail.protection.outlook.com\",", ""));

    assertThat(config.smtp().orElseThrow().outboundConnectors().get(0).tls())
        .isEqualTo(new TlsRequirement.EncryptionOnly());
  }

  private static InboundConnector inbound(
      String name,
      boolean requireTls,
      Optional<ReferenceIdentity> certificateName,
      List<AddressRange> addresses,
      String recipients) {
    return new InboundConnector(
        name,
        ConnectorType.ON_PREMISES,
        requireTls,
        certificateName,
        false,
        addresses,
        List.of(),
        List.of(DomainPattern.of(recipients)),
        false,
        false,
        false);
  }

  private AgentConfig config() {
    return ConfigFiles.in(folder).read(TEXT);
  }

  private EndpointSettings smtp() {
    return config().smtp().orElseThrow();
  }
}
