package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.testing.BindPeer;
import io.hybridtls.agent.testing.NoNotes;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Dynamic updates that a real server takes, and those that it refuses. */
@RequiresPeer("named")
@Timeout(120)
class DnsUpdateIT {

  private static final Clock CLOCK = Clock.systemUTC();
  private static final Name MAIL = Name.fromConstantString("_acme-challenge.mail.contoso.example.");

  @TempDir private static Path folder;

  private static BindPeer bind;

  @BeforeAll
  static void start() {
    bind = BindPeer.start(folder);
  }

  @AfterAll
  static void stop() {
    Stream.ofNullable(bind).forEach(BindPeer::close);
  }

  @Test
  void shouldAddAndRemoveOneValueAndLeaveTheOthers() throws Exception {
    TxtPublisher publisher = publisher(key("hybridtls.", BindPeer.SECRET), Optional.empty());
    publisher.add(new TxtRecord(MAIL, "one"));
    publisher.add(new TxtRecord(MAIL, "two"));

    assertThat(values(MAIL)).containsExactlyInAnyOrder("one", "two");

    publisher.remove(new TxtRecord(MAIL, "one"));
    publisher.remove(new TxtRecord(MAIL, "never there"));

    assertThat(values(MAIL)).containsExactly("two");

    publisher.remove(new TxtRecord(MAIL, "two"));

    assertThat(values(MAIL)).isEmpty();
  }

  @Test
  void shouldNotLetResolversKeepWhatTheNextOrderAddsTo() throws Exception {
    TxtPublisher publisher = publisher(key("hybridtls.", BindPeer.SECRET), Optional.empty());
    publisher.add(new TxtRecord(MAIL, "one"));
    Message answer =
        new SimpleResolver(bind.address())
            .send(Message.newQuery(Record.newRecord(MAIL, Type.TXT, DClass.IN)));
    publisher.remove(new TxtRecord(MAIL, "one"));

    assertThat(answer.getSection(Section.ANSWER)).extracting(Record::getTTL).containsExactly(0L);
  }

  @Test
  void shouldFindTheZoneTheServersAndTheAliases() throws Exception {
    ZoneLookup zones = zones();
    Name delegated = Name.fromConstantString("_acme-challenge.delegated.contoso.example.");

    assertThat(zones.zoneOf(MAIL)).isEqualTo(Name.fromConstantString("contoso.example."));
    assertThat(zones.follow(MAIL)).isEqualTo(MAIL);
    assertThat(zones.follow(delegated))
        .isEqualTo(Name.fromConstantString("delegated.proofs.example."));
    assertThat(zones.serversOf(Name.fromConstantString("contoso.example."), 53))
        .containsExactly(
            ZoneServer.named(
                "ns1.contoso.example",
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53))));
  }

  @Test
  void shouldSayThatTheKeyMayNotChangeTheName() {
    TxtPublisher publisher = publisher(key("hybridtls.", BindPeer.SECRET), Optional.empty());
    Name other = Name.fromConstantString("_acme-challenge.www.contoso.example.");

    assertThat(refused(publisher, other).key()).isEqualTo("update.key-name");
    assertThat(refused(publisher, other))
        .hasMessageContaining("answered REFUSED")
        .hasMessageContaining("allow key hybridtls. to change TXT records of that name");
  }

  @Test
  void shouldSayThatTheServerDoesNotKnowTheKeyOrItsSecret() {
    TxtPublisher stranger = publisher(key("stranger.", BindPeer.SECRET), Optional.empty());
    TxtPublisher liar = publisher(key("hybridtls.", "bm90IHRoZSBzZWNyZXQ="), Optional.empty());

    assertThat(refused(stranger, MAIL)).hasMessageContaining("BADKEY");
    assertThat(refused(stranger, MAIL).key()).isEqualTo("update.key-secret");
    assertThat(refused(liar, MAIL)).hasMessageContaining("BADSIG");
    assertThat(refused(liar, MAIL)).hasMessageNotContaining("bm90IHRoZSBzZWNyZXQ=");
  }

  @Test
  void shouldSayThatTheClocksDiffer() {
    InstantSource late = () -> CLOCK.instant().plus(Duration.ofHours(1));
    TxtPublisher publisher =
        TxtPublisher.by(
            new UpdateSettings(
                bind.address(), Optional.empty(), key("hybridtls.", BindPeer.SECRET)),
            zones(),
            late,
            new NoNotes());

    assertThatThrownBy(() -> publisher.add(new TxtRecord(MAIL, "value")))
        .as("no setting is wrong")
        .isNotInstanceOf(RefusedChangeException.class)
        .hasMessageContaining("BADTIME");
  }

  @Test
  void shouldSayThatTheSecretIsNotBase64() {
    TxtPublisher publisher = publisher(key("hybridtls.", "no base64!"), Optional.empty());

    assertThat(refused(publisher, MAIL))
        .hasMessage("the secret of key hybridtls. is not Base64; take it as tsig-keygen prints it");
  }

  @Test
  void shouldSayThatTheServerDoesNotHaveTheZone() {
    Name elsewhere = Name.fromConstantString("example.");
    TxtPublisher publisher = publisher(key("hybridtls.", BindPeer.SECRET), Optional.of(elsewhere));

    assertThat(refused(publisher, MAIL).key()).isEqualTo("update.server");
  }

  @Test
  void shouldSayThatTheNameLiesOutsideOfTheConfiguredZone() {
    Name elsewhere = Name.fromConstantString("fabrikam.example.");
    TxtPublisher publisher = publisher(key("hybridtls.", BindPeer.SECRET), Optional.of(elsewhere));

    assertThat(refused(publisher, MAIL).key()).isEqualTo("update.zone");
  }

  @Test
  void shouldSayThatTheServerDoesNotAnswer() {
    InetSocketAddress nobody =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), PebblePeer.freePort());
    TxtPublisher publisher =
        TxtPublisher.by(
            new UpdateSettings(nobody, Optional.empty(), key("hybridtls.", BindPeer.SECRET)),
            zones(),
            CLOCK,
            new NoNotes());

    assertThatThrownBy(() -> publisher.add(new TxtRecord(MAIL, "value")))
        .isNotInstanceOf(RefusedChangeException.class)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no answer to a dynamic update from ");
  }

  private static RefusedChangeException refused(TxtPublisher publisher, Name name) {
    return catchThrowableOfType(
        RefusedChangeException.class, () -> publisher.add(new TxtRecord(name, "value")));
  }

  private static TxtPublisher publisher(TsigKey key, Optional<Name> zone) {
    return TxtPublisher.by(
        new UpdateSettings(bind.address(), zone, key), zones(), CLOCK, new NoNotes());
  }

  private static TsigKey key(String name, String secret) {
    return new TsigKey(Name.fromConstantString(name), TsigKey.Algorithm.HMAC_SHA256, () -> secret);
  }

  private static ZoneLookup zones() {
    return ZoneLookup.by(Optional.of(bind.address()));
  }

  private static List<String> values(Name name) throws IOException {
    return TxtQuery.direct().values(ZoneServer.at(bind.address()), name);
  }
}
