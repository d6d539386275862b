package io.hybridtls.agent.acme;

import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.acme.dns.UpdateSettings;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.testing.BindPeer;
import io.hybridtls.agent.testing.NoNotes;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** dns-account-01 and dns-persist-01, which only the newest Pebble checks. */
@RequiresPeer({"pebble-newest", "named"})
@Timeout(120)
class NewestDnsChallengesIT {

  @TempDir private static Path folder;

  private static BindPeer bind;
  private static PebblePeer pebble;

  private final AcmeWorld world = new AcmeWorld(new HttpRoutes(), folder);

  @BeforeAll
  static void start() throws IOException {
    bind = BindPeer.start(Files.createDirectory(folder.resolve("bind")));
    pebble =
        PebblePeer.start(
            Files.createDirectory(folder.resolve("pebble")),
            PebbleOptions.http(PebblePeer.freePort()).newest().withResolver(bind.address()));
  }

  @AfterAll
  static void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    Stream.ofNullable(bind).forEach(BindPeer::close);
  }

  @Test
  void shouldProveByANameOfTheAccountsOwn() throws Exception {
    HeldCertificate held =
        world
            .issuer(AcmeWorld.settings(pebble, AcmeWorld.updates(bind, true)))
            .issue(
                TestRequest.of(AcmeWorld.spec("own.proofs.example", "*.own.proofs.example")),
                step -> {});

    assertThat(held.names())
        .containsExactlyInAnyOrder(
            DnsName.of("own.proofs.example"), DnsName.of("*.own.proofs.example"));
  }

  @Test
  void shouldSayWhichRecordToCreateAndIssueWhenItIsThere() throws Exception {
    AcmeSettings settings =
        AcmeWorld.settings(pebble, new ValidationMethod.DnsPersist01(AcmeWorld.lookup(bind)));
    createWhat(world.failure(settings, "standing.proofs.example"));
    createWhat(world.failure(settings, "*.standing.proofs.example"));
    HeldCertificate held =
        world
            .issuer(settings)
            .issue(
                TestRequest.of(
                    AcmeWorld.spec("standing.proofs.example", "*.standing.proofs.example")),
                step -> {});

    assertThat(held.names()).hasSize(2);
  }

  @Test
  void shouldWarnOfARecordThatEndsSoon() throws Exception {
    AcmeIssuer issuer =
        world.issuer(
            AcmeWorld.settings(pebble, new ValidationMethod.DnsPersist01(AcmeWorld.lookup(bind))));
    String account = issuer.account().show().location().toString();
    Instant end = AcmeWorld.CLOCK.instant().plus(Duration.ofDays(5)).truncatedTo(SECONDS);
    publish(
        "_validation-persist.soon.proofs.example.",
        new PersistentGrant("pebble.letsencrypt.org", account, false, Optional.of(end)).text());

    assertThat(issuer.issue(TestRequest.of(AcmeWorld.spec("soon.proofs.example")), step -> {}))
        .isNotNull();
    assertThat(issuer.warnings(AcmeWorld.spec("soon.proofs.example"), Optional.empty()))
        .singleElement()
        .asString()
        .contains("soon.proofs.example until " + end + " only");
  }

  /** Does as the message says. */
  private static void createWhat(IssuanceException thrown) throws IOException {
    Matcher said =
        Pattern.compile(
                "create this record, which .* does not have:"
                    + " (_validation-persist\\.standing\\.proofs\\.example\\.) TXT \"(.*)\"")
            .matcher(String.valueOf(thrown.getMessage()));
    assertThat(said.find()).as(thrown.getMessage()).isTrue();
    publish(said.group(1), said.group(2));
  }

  private static void publish(String name, String value) throws IOException {
    TxtPublisher.by(
            (UpdateSettings) AcmeWorld.updates(bind, false).publishing(),
            ZoneLookup.by(Optional.of(bind.address())),
            AcmeWorld.CLOCK,
            new NoNotes())
        .add(new TxtRecord(Name.fromConstantString(name), value));
  }
}
