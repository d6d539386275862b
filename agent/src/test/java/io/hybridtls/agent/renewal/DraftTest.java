package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DraftTest {

  private static final String ORDER = "https://ca.example/order/1";
  private static final Duration DAY = Duration.ofDays(1);
  private static final CertificateSpec SPEC =
      new CertificateSpec(
          CertificateId.of("mail"),
          List.of(DnsName.of("mail.contoso.example")),
          "ca",
          KeyAlgorithm.EC_P256,
          Set.of(CertificateRole.SERVER));

  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T12:00:00Z"));

  @TempDir private Path state;

  private StoreSecret secret;
  private IssuanceDrafts drafts;

  @BeforeEach
  void open() throws Exception {
    secret = StoreSecret.of("correct horse battery staple");
    drafts = reopened();
  }

  @Test
  void shouldHaveTheSameKeyEachTimeAndAfterARestart() throws Exception {
    PublicKey key = request(SPEC, 0).keys().getPublic();

    assertThat(request(SPEC, 0).keys().getPublic()).isEqualTo(key);
    drafts = reopened();
    assertThat(request(SPEC, 0).keys().getPublic()).isEqualTo(key);
  }

  @Test
  void shouldHaveWhatWasPlacedAfterARestart() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    assertThat(request.placed()).isEmpty();
    request.place(ORDER);
    assertThat(request.placed()).contains(ORDER);
    drafts = reopened();

    assertThat(request(SPEC, 0).placed()).contains(ORDER);
    assertThat(drafts.atWork(SPEC, 0).issuers()).containsExactly("ca");
  }

  @Test
  void shouldBeginAnewWhenAnythingElseIsAskedFor() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    PublicKey key = request.keys().getPublic();
    request.place(ORDER);
    CertificateSpec other =
        new CertificateSpec(
            SPEC.id(),
            List.of(DnsName.of("smtp.contoso.example")),
            "ca",
            KeyAlgorithm.EC_P256,
            SPEC.roles());

    assertThat(drafts.atWork(other, 0)).isEqualTo(OrdersAtWork.NONE);
    assertThat(request(other, 0).placed()).isEmpty();
    assertThat(request(other, 0).keys().getPublic()).isNotEqualTo(key);
  }

  @Test
  void shouldBeginAnewWhenSomethingWasStoredSince() throws Exception {
    IssuanceRequest request = request(SPEC, 3);
    request.place(ORDER);

    assertThat(drafts.anyOlderThan(SPEC.id(), 3)).isFalse();
    assertThat(drafts.anyOlderThan(SPEC.id(), 4)).isTrue();
    assertThat(drafts.atWork(SPEC, 4)).isEqualTo(OrdersAtWork.NONE);
    assertThat(request(SPEC, 4).placed()).isEmpty();
  }

  @Test
  void shouldKeepTheIssuersAndTheKindsOfKeyApart() throws Exception {
    request(SPEC, 0).place(ORDER);

    assertThat(drafts.request(SPEC, KeyAlgorithm.EC_P384, "ca", Optional.empty(), 0).placed())
        .isEmpty();
    assertThat(drafts.request(SPEC, KeyAlgorithm.EC_P256, "other", Optional.empty(), 0).placed())
        .isEmpty();
    assertThat(request(SPEC, 0).placed()).contains(ORDER);
  }

  @Test
  void shouldHaveAnotherKeyAfterGivingUp() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    PublicKey key = request.keys().getPublic();
    request.place(ORDER);
    request.giveUp();

    assertThat(request.placed()).isEmpty();
    assertThat(request.keys().getPublic()).isNotEqualTo(key);
    assertThat(request(SPEC, 0).placed()).isEmpty();
  }

  @Test
  void shouldBeOverdueWhenADayHasPassedSinceItWasPlaced() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    clock.advance(DAY);
    assertThat(request.isOverdue()).isFalse();
    request.place(ORDER);
    clock.advance(DAY);
    assertThat(request(SPEC, 0).isOverdue()).isFalse();
    assertThat(drafts.atWork(SPEC, 0).isPromisingAt("ca")).isTrue();
    clock.advance(Duration.ofMillis(1));

    assertThat(request(SPEC, 0).isOverdue()).isTrue();
    assertThat(drafts.atWork(SPEC, 0).isPromisingAt("ca")).isFalse();
    request.giveUp();
    assertThat(request.isOverdue()).isFalse();
  }

  @Test
  void shouldUseTheLiveKeyAgainAndKeepItWithTheOrder() throws Exception {
    KeyPair live = TestCa.newEcKeys();
    KeyPair other = TestCa.newEcKeys();
    IssuanceRequest request =
        drafts.request(
            SPEC.withReusedKey(), KeyAlgorithm.EC_P256, "ca", Optional.of(generation(live)), 1);

    assertThat(request.keys().getPublic()).isEqualTo(live.getPublic());
    request.place(ORDER);
    drafts = reopened();

    IssuanceRequest another =
        drafts.request(SPEC, KeyAlgorithm.EC_P256, "ca", Optional.of(generation(other)), 1);
    assertThat(another.placed()).contains(ORDER);
    assertThat(another.keys().getPublic()).isEqualTo(live.getPublic());
  }

  @Test
  void shouldMakeAKeyWhenTheLiveOneIsOfAnotherKind() throws Exception {
    IssuanceRequest request =
        drafts.request(
            SPEC.withReusedKey().withKeys(List.of(KeyAlgorithm.EC_P384)),
            KeyAlgorithm.EC_P384,
            "ca",
            Optional.of(generation(TestCa.newEcKeys())),
            1);

    assertThat(KeyAlgorithm.EC_P384.isOf(request.keys().getPublic())).isTrue();
  }

  @Test
  void shouldLoseTheOrderWithItsKey() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    PublicKey key = request.keys().getPublic();
    request.place(ORDER);
    Files.writeString(files("keys").get(0), "damaged");

    IssuanceRequest next = request(SPEC, 0);
    assertThat(next.keys().getPublic()).isNotEqualTo(key);
    assertThat(next.placed()).isEmpty();
  }

  @Test
  void shouldLoseTheOrderWhenTheSecretHasChanged() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    request.place(ORDER);
    secret = StoreSecret.of("another secret, by mistake");
    drafts = reopened();

    IssuanceRequest next = request(SPEC, 0);
    assertThat(next.keys()).isNotNull();
    assertThat(next.placed()).isEmpty();
  }

  @Test
  void shouldNotTakeAKeyForLostThatCannotBeReadNow() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    request.place(ORDER);
    Path key = files("keys").get(0);
    Path aside = Files.move(key, state.resolve("aside"));
    Files.createDirectory(key); // reading it is an I/O error, and no verdict on what it holds

    assertThatThrownBy(() -> request(SPEC, 0).keys())
        .isInstanceOf(IssuanceException.class)
        .hasMessageContaining("its key cannot be read")
        .hasMessageContaining(key.toString());
    Files.delete(key);
    Files.move(aside, key);
    assertThat(request(SPEC, 0).placed()).contains(ORDER);
  }

  @Test
  void shouldBeForItsOwnerAlone() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    request.place(ORDER);

    assertThat(mode(state.resolve("drafts"))).isEqualTo("rwx------");
    assertThat(mode(state.resolve("drafts/mail"))).isEqualTo("rwx------");
    assertThat(files("drafts"))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(mode(f)).isEqualTo("rw-------"));
    assertThat(files("keys"))
        .isNotEmpty()
        .allSatisfy(f -> assertThat(mode(f)).isEqualTo("rw-------"));
  }

  @Test
  void shouldLeaveNothingWhenClosed() throws Exception {
    IssuanceRequest request = request(SPEC, 0);
    request.keys();
    request.place(ORDER);
    drafts.close(SPEC.id());

    assertThat(files("drafts")).isEmpty();
    assertThat(files("keys")).isEmpty();
  }

  @Test
  void shouldRemoveWhatACrashHasLeft() throws Exception {
    request(SPEC, 0).place(ORDER);
    Files.writeString(state.resolve("drafts/mail/.abc.json.1.tmp"), "{");
    drafts = reopened();

    assertThat(files("drafts")).hasSize(1);
    assertThat(request(SPEC, 0).placed()).contains(ORDER);
  }

  @Test
  void shouldKeepTheDraftsThatAreWantedAlone() throws Exception {
    request(SPEC, 0).place(ORDER);
    drafts.retain(Set.of(SPEC.id()));
    assertThat(files("drafts")).hasSize(1);
    drafts.retain(Set.of(CertificateId.of("web")));

    assertThat(files("drafts")).isEmpty();
  }

  private IssuanceRequest request(CertificateSpec spec, long stored) throws IssuanceException {
    return drafts.request(spec, spec.key(), spec.issuer(), Optional.empty(), stored);
  }

  private IssuanceDrafts reopened() throws StoreException {
    KeyVault vault = CertificateStores.openKeys(state, secret);
    return IssuanceDrafts.open(
        state.resolve("drafts"),
        vault,
        RevokedCertificates.open(state.resolve("revoked"), clock),
        clock,
        new SecureRandom());
  }

  private Generation generation(KeyPair keys) {
    return new Generation(
        SPEC.id(),
        1,
        clock.instant(),
        "ca",
        "a reason",
        TestCa.named("Contoso").leaf("mail.contoso.example").keys(keys).issue());
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(state.resolve(folder))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
