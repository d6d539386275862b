package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.storage.StoreException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuedLedgerTest {

  private static final Instant NOW = CaWorld.START;

  @TempDir private Path folder;
  private final VirtualTime clock = new VirtualTime(NOW);
  private Path directory;

  @BeforeEach
  void place() {
    directory = folder.resolve("issued");
  }

  @Test
  void shouldKeepWhatItWasToldForTheOwnerAlone() throws Exception {
    IssuedCertificate issued = issued(0xabc, 90);

    open().record(issued);

    assertThat(open().find(BigInteger.valueOf(0xabc))).contains(issued);
    assertThat(open().find(BigInteger.ONE)).isEmpty();
    assertThat(modeOf(directory)).isEqualTo("rwx------");
    assertThat(modeOf(directory.resolve("abc.json"))).isEqualTo("rw-------");
  }

  @Test
  void shouldKnowWhatIsRevokedAfterARestart() throws Exception {
    IssuedLedger ledger = open();
    ledger.record(issued(1, 90));
    ledger.record(issued(2, 90));
    ledger.revoke(issued(1, 90), RevocationReason.SUPERSEDED);

    assertThat(open().listAt(Authority.Kind.ISSUING, 7, NOW))
        .containsExactly(issued(1, 90).revoked(NOW, RevocationReason.SUPERSEDED));
    assertThat(open().listAt(Authority.Kind.ISSUING, 8, NOW)).as("of another issuing CA").isEmpty();
  }

  @Test
  void shouldForgetWhatHasLongExpiredAndNotBefore() throws Exception {
    IssuedLedger ledger = open();
    ledger.record(issued(1, 1));
    clock.set(NOW.plus(Duration.ofDays(1)).plus(IssuedLedger.KEPT));
    ledger.record(issued(2, 90));
    assertThat(directory.resolve("1.json")).exists();
    clock.advance(Duration.ofSeconds(1));
    ledger.record(issued(3, 90));

    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("2.json", "3.json");
  }

  @Test
  void shouldForgetARevokedCertificateOnlyWhenAListHasSaidSoAfterItsExpiry() throws Exception {
    IssuedLedger ledger = open();
    ledger.record(issued(1, 1));
    ledger.revoke(issued(1, 1), RevocationReason.SUPERSEDED);
    clock.advance(Duration.ofDays(100));
    ledger.record(issued(2, 90));
    assertThat(directory.resolve("1.json")).exists();

    assertThat(ledger.listAt(Authority.Kind.ISSUING, 7, clock.instant())).hasSize(1);
    clock.advance(RevocationList.REFRESH.minusMillis(1));
    assertThat(ledger.listAt(Authority.Kind.ISSUING, 7, clock.instant()))
        .as("on another list, signed before the first is a day old")
        .hasSize(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(ledger.listAt(Authority.Kind.ISSUING, 7, clock.instant())).isEmpty();
    ledger.record(issued(3, 90));

    assertThat(directory.resolve("1.json")).doesNotExist();
  }

  @Test
  void aRevocationShouldStandAlsoWhenAnOldRecordCannotBeRemoved() throws Exception {
    IssuedLedger ledger = open();
    ledger.record(issued(1, 1));
    ledger.record(issued(2, 90));
    Files.delete(directory.resolve("1.json"));
    Files.createDirectories(directory.resolve("1.json/which-is-in-the-way"));
    clock.advance(IssuedLedger.KEPT.plusDays(2));

    ledger.revoke(issued(2, 90), RevocationReason.SUPERSEDED);

    assertThat(ledger.listAt(Authority.Kind.ISSUING, 7, clock.instant())).hasSize(1);
    assertThat(ledger.find(BigInteger.TWO).orElseThrow().revocation()).isPresent();
    Files.delete(directory.resolve("1.json/which-is-in-the-way"));
    ledger.record(issued(3, 90));
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("2.json", "3.json");
  }

  @Test
  void shouldNotBeginWithARecordThatCannotBeReadSinceARevocationCouldBeInIt() throws Exception {
    open().record(issued(1, 90));
    Files.writeString(directory.resolve("1.json"), "{ \"serial\": \"1\" }");

    assertThatThrownBy(this::open)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("1.json cannot be read (it has no ")
        .hasMessageContaining("restore it from a backup");
  }

  @Test
  void shouldRemoveWhatAWriteThatWasCutShortHasLeft() throws Exception {
    open().record(issued(1, 90));
    Files.writeString(directory.resolve(".2.json.123.tmp"), "{");

    assertThat(open().find(BigInteger.ONE)).isPresent();
    assertThat(directory.toFile().list()).containsExactly("1.json");
  }

  @Test
  void numbersShouldGrowAcrossRestartsAlsoWhenTheClockGoesBack() throws Exception {
    BigInteger first = CrlNumbers.open(folder, NOW).next();
    CrlNumbers second = CrlNumbers.open(folder, NOW.minus(Duration.ofDays(900)));

    assertThat(first).isEqualTo(NOW.getEpochSecond());
    assertThat(second.next()).isGreaterThan(first);
    assertThat(second.next()).isGreaterThan(first.add(BigInteger.ONE));
    assertThat(modeOf(folder.resolve("crl-number"))).isEqualTo("rw-------");
  }

  @Test
  void numbersShouldNotBeginAgainFromAFileThatCannotBeRead() throws Exception {
    Files.writeString(folder.resolve("crl-number"), "many");

    assertThatThrownBy(() -> CrlNumbers.open(folder, NOW))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("crl-number cannot be used")
        .hasMessageContaining("restore it from a backup, or remove it");
  }

  private IssuedLedger open() throws StoreException {
    return IssuedLedger.open(directory, clock);
  }

  private static IssuedCertificate issued(long serial, long days) {
    return new IssuedCertificate(
        BigInteger.valueOf(serial),
        Authority.Kind.ISSUING,
        7,
        "peer device42",
        List.of("device42.contoso.example", "10.0.0.42"),
        NOW,
        NOW.plus(Duration.ofDays(days)),
        Optional.empty());
  }

  private static String modeOf(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
