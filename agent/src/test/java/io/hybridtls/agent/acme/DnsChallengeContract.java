package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TsigKey;
import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.UpdateSettings;
import io.hybridtls.agent.acme.dns.ZoneServer;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.Unproved;
import io.hybridtls.agent.testing.BindPeer;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** dns-01 from end to end: a real CA asks a real name server that takes signed updates. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class DnsChallengeContract {

  private Path folder;
  private BindPeer bind;
  private PebblePeer pebble;
  private AcmeWorld world;

  /** {@code options}, for the Pebble of this version. */
  abstract PebbleOptions version(PebbleOptions options);

  @BeforeAll
  void start(@TempDir Path own) throws IOException {
    folder = own;
    bind = BindPeer.start(Files.createDirectory(folder.resolve("bind")));
    pebble =
        PebblePeer.start(
            Files.createDirectory(folder.resolve("pebble")),
            version(PebbleOptions.http(PebblePeer.freePort()).withResolver(bind.address())));
  }

  @BeforeEach
  void begin() {
    world = new AcmeWorld(new HttpRoutes(), folder);
  }

  @AfterAll
  void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    Stream.ofNullable(bind).forEach(BindPeer::close);
  }

  @Test
  void shouldProveADomainAndItsWildcardAtOneName() throws Exception {
    HeldCertificate held =
        issue(AcmeWorld.updates(bind, false), "contoso.example", "*.contoso.example");

    assertThat(held.names())
        .containsExactlyInAnyOrder(DnsName.of("contoso.example"), DnsName.of("*.contoso.example"));
    assertThat(values("_acme-challenge.contoso.example.")).isEmpty();
  }

  @Test
  void shouldWriteWhereTheChallengesNameIsDelegatedTo() throws Exception {
    HeldCertificate held =
        issue(AcmeWorld.updates(bind, false), "delegated.contoso.example", "mail.contoso.example");

    assertThat(held.names()).hasSize(2);
    assertThat(values("delegated.proofs.example.")).isEmpty();
    assertThat(values("_acme-challenge.mail.contoso.example.")).isEmpty();
  }

  @Test
  void shouldCleanUpWhenALaterNameCannotBeWritten() throws Exception {
    assertThat(
            world
                .failure(
                    AcmeWorld.settings(pebble, AcmeWorld.updates(bind, false)),
                    "mail.contoso.example",
                    "forbidden.contoso.example")
                .failure())
        .isInstanceOf(Misconfigured.class)
        .extracting("key")
        .isEqualTo("issuers.pebble.dns.update.key-name");
    assertThat(values("_acme-challenge.mail.contoso.example.")).isEmpty();
  }

  @Test
  void shouldCleanUpWhenAServerDoesNotGetTheRecord() throws Exception {
    ValidationMethod.Dns01 good = AcmeWorld.updates(bind, false);
    LookupSettings elsewhere =
        new LookupSettings(
            Optional.of(bind.address()),
            List.of(
                bind.address(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort())),
            Duration.ofSeconds(1));

    assertThat(
            world
                .failure(
                    AcmeWorld.settings(
                        pebble, new ValidationMethod.Dns01(good.publishing(), elsewhere, false)),
                    "mail.proofs.example")
                .failure())
        .isInstanceOf(Unproved.class)
        .asString()
        .contains("after 1 s not every name server has _acme-challenge.mail.proofs.example.");
    assertThat(values("_acme-challenge.mail.proofs.example.")).isEmpty();
  }

  @Test
  void shouldNameTheKeyThatTheServerDoesNotKnow() {
    ValidationMethod.Dns01 wrongKey =
        new ValidationMethod.Dns01(
            new UpdateSettings(
                bind.address(),
                Optional.empty(),
                new TsigKey(
                    Name.fromConstantString("stranger."),
                    TsigKey.Algorithm.HMAC_SHA256,
                    () -> BindPeer.SECRET)),
            AcmeWorld.lookup(bind),
            false);

    assertThat(world.failure(AcmeWorld.settings(pebble, wrongKey), "www.proofs.example"))
        .hasMessageStartingWith("issuers.pebble.dns.update.key-secret: ")
        .hasMessageContaining("BADKEY");
  }

  private HeldCertificate issue(ValidationMethod method, String... names) throws Exception {
    return world
        .issuer(AcmeWorld.settings(pebble, method))
        .issue(TestRequest.of(AcmeWorld.spec(names)), step -> {});
  }

  private List<String> values(String name) throws IOException {
    return TxtQuery.direct().values(ZoneServer.at(bind.address()), Name.fromConstantString(name));
  }
}
