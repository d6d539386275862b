package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.Supply;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesSourceTest {

  private static final int SIZE = 8192;
  private static final Optional<Generation> NOTHING = Optional.empty();
  private static final CertificateSpec SPEC =
      new CertificateSpec(
          CertificateId.of("mail"),
          List.of(DnsName.of("mail.contoso.example")),
          "certbot",
          KeyAlgorithm.RSA_2048,
          Set.of(CertificateRole.SERVER));

  @TempDir private Path folder;
  private final VirtualTime clock = new VirtualTime(Authority.NOW);
  private final Authority ca = Authority.root("Contoso Root");
  private FilesSource source;
  private Path certificate;
  private Path key;

  @BeforeEach
  void watch() {
    certificate = folder.resolve("fullchain.pem");
    key = folder.resolve("privkey.pem");
    source = watching(Optional.of(key));
  }

  @Test
  void filesThatAreNotThereYetShouldBeNamedAndThenBroken() {
    assertThat(source.look(SPEC, NOTHING))
        .isEqualTo(new Supply.Nothing("issuers.certbot: there is no file " + certificate + " yet"));
    clock.advance(FilesSource.PATIENCE);
    assertThat(source.look(SPEC, NOTHING))
        .isEqualTo(
            new Supply.Broken(
                "issuers.certbot: there is no file "
                    + certificate
                    + " yet; it has been so since 2026-11-23T12:00:00Z"));
  }

  @Test
  void aWholePairShouldBeReadyUntilItIsInUse() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    X509Certificate leaf = ca.leaf("mail.contoso.example", keys.getPublic());
    write(certificate, leaf, ca.certificate());
    write(key, keys.getPrivate());

    Supply.Ready ready = (Supply.Ready) source.look(SPEC, NOTHING);

    assertThat(ready.certificates())
        .extracting(HeldCertificate::chain)
        .containsExactly(List.of(leaf, ca.certificate()));
    assertThat(ready.reason()).startsWith(certificate + " holds another one, with the serial ");
    assertThat(source.look(SPEC, Optional.of(generation(ready, "certbot"))))
        .isEqualTo(new Supply.Nothing("the tool that writes " + certificate + " has to renew it"));
    assertThat(source.look(SPEC, Optional.of(generation(ready, "letsencrypt"))))
        .as("the same from another issuer")
        .isInstanceOf(Supply.Ready.class);
  }

  @Test
  void halfAPairShouldBeWaitedForAndNamedAfterAWhile() throws Exception {
    KeyPair first = TestCa.newEcKeys();
    KeyPair second = TestCa.newEcKeys();
    write(certificate, ca.leaf("mail.contoso.example", first.getPublic()), ca.certificate());
    write(key, first.getPrivate());
    Supply.Ready ready = (Supply.Ready) source.look(SPEC, NOTHING);
    Optional<Generation> live = Optional.of(generation(ready, "certbot"));

    write(certificate, ca.leaf("mail.contoso.example", second.getPublic()), ca.certificate());

    assertThat(source.look(SPEC, live)).isInstanceOf(Supply.Nothing.class);
    clock.advance(FilesSource.PATIENCE.minusMillis(1));
    assertThat(source.look(SPEC, live)).isInstanceOf(Supply.Nothing.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(source.look(SPEC, live))
        .isInstanceOfSatisfying(
            Supply.Broken.class,
            broken ->
                assertThat(broken.problem())
                    .contains("the private key in " + key + ", block 1 belongs to none of"));
    write(key, second.getPrivate());
    assertThat(source.look(SPEC, live)).isInstanceOf(Supply.Ready.class);
    write(key, first.getPrivate());
    assertThat(source.look(SPEC, live)).as("the next half").isInstanceOf(Supply.Nothing.class);
  }

  @Test
  void aKeyThatOthersMayReadShouldNotBeTaken() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    write(certificate, ca.leaf("mail.contoso.example", keys.getPublic()), ca.certificate());
    write(key, keys.getPrivate());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    source.look(SPEC, NOTHING);
    clock.advance(FilesSource.PATIENCE);

    assertThat(source.look(SPEC, NOTHING))
        .isInstanceOfSatisfying(
            Supply.Broken.class,
            broken -> assertThat(broken.problem()).contains("run chmod 600 " + key));
  }

  @Test
  void aKeyThatIsOpenedToOthersLaterShouldBeNamed() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    write(certificate, ca.leaf("mail.contoso.example", keys.getPublic()), ca.certificate());
    write(key, keys.getPrivate());
    clock.advance(FilesSource.PATIENCE);
    assertThat(source.look(SPEC, NOTHING)).isInstanceOf(Supply.Ready.class);

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    source.look(SPEC, NOTHING);
    clock.advance(FilesSource.PATIENCE);

    assertThat(source.look(SPEC, NOTHING)).isInstanceOf(Supply.Broken.class);
  }

  @Test
  void oneFileMayHoldBoth() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    source = watching(Optional.empty());
    write(
        certificate,
        keys.getPrivate(),
        ca.leaf("mail.contoso.example", keys.getPublic()),
        ca.certificate());

    assertThat(source.look(SPEC, NOTHING)).isInstanceOf(Supply.Ready.class);
  }

  @Test
  void aPasswordThatIsGoneShouldBeNamed() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    write(certificate, ca.leaf("mail.contoso.example", keys.getPublic()), ca.certificate());
    write(key, keys.getPrivate());
    source =
        new FilesSource(
            new FilesSettings(
                "certbot",
                certificate,
                Optional.of(key),
                Optional.empty(),
                Optional.of(
                    () -> {
                      throw new IOException("secret file pass does not exist");
                    }),
                Optional.empty()),
            clock);

    assertThat(source.look(SPEC, NOTHING))
        .isEqualTo(new Supply.Nothing("issuers.certbot: secret file pass does not exist"));
  }

  @Test
  void aChangeShouldBeSeenThoughSizeAndNameStayTheSame() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    write(certificate, ca.leaf("mail.contoso.example", keys.getPublic()), ca.certificate());
    write(key, keys.getPrivate());
    FileTime old = FileTime.from(Authority.NOW.minusSeconds(60));
    Files.setLastModifiedTime(certificate, old);
    Files.setLastModifiedTime(key, old);
    Supply.Ready first = (Supply.Ready) source.look(SPEC, NOTHING);

    write(certificate, ca.leaf("mail.contoso.example", keys.getPublic()), ca.certificate());

    assertThat(source.look(SPEC, Optional.of(generation(first, "certbot"))))
        .isInstanceOf(Supply.Ready.class);
  }

  @Test
  void aFileThatIsTooLargeShouldBeNamedAndNotBeRead() throws Exception {
    write(key, TestCa.newEcKeys().getPrivate());
    Files.writeString(certificate, "\n".repeat(1024 * 1024 + 1));

    assertThat(source.look(SPEC, NOTHING))
        .isEqualTo(
            new Supply.Nothing(
                "issuers.certbot: " + certificate + " is too large for certificates and keys"));
  }

  /** File systems tell times in ticks, and a tool may write twice within one. */
  @Test
  void aSecondChangeWithinTheSameTickShouldBeSeen() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    write(key, keys.getPrivate());
    writeAsOf(Authority.NOW, certificate, keys);
    Supply.Ready first = (Supply.Ready) source.look(SPEC, NOTHING);

    writeAsOf(Authority.NOW, certificate, keys);

    assertThat(source.look(SPEC, Optional.of(generation(first, "certbot"))))
        .isInstanceOf(Supply.Ready.class);
  }

  @Test
  void aFileThatTakesThePlaceOfAnotherShouldBeSeenThoughItIsAsOld() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    Instant old = Authority.NOW.minusSeconds(60);
    write(key, keys.getPrivate());
    Files.setLastModifiedTime(key, FileTime.from(old));
    writeAsOf(old, certificate, keys);
    Supply.Ready first = (Supply.Ready) source.look(SPEC, NOTHING);

    Path next = folder.resolve("next.pem");
    writeAsOf(old, next, keys);
    Files.move(next, certificate, StandardCopyOption.REPLACE_EXISTING);

    assertThat(source.look(SPEC, Optional.of(generation(first, "certbot"))))
        .isInstanceOf(Supply.Ready.class);
  }

  /** In place, a chain for {@code keys}, always as large. */
  private void writeAsOf(Instant time, Path file, KeyPair keys) throws IOException {
    X509Certificate leaf = ca.leaf("mail.contoso.example", keys.getPublic());
    TestCa.writePem(file, List.of(leaf, ca.certificate()));
    String pem = Files.readString(file);
    Files.writeString(file, pem + "\n".repeat(SIZE - pem.length()));
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private FilesSource watching(Optional<Path> keyFile) {
    return new FilesSource(
        new FilesSettings(
            "certbot", certificate, keyFile, Optional.empty(), Optional.empty(), Optional.empty()),
        clock);
  }

  private static Generation generation(Supply.Ready ready, String issuer) {
    return new Generation(SPEC.id(), 1, Authority.NOW, issuer, "first", ready.certificates());
  }

  private static void write(Path file, Object... objects) throws IOException {
    TestCa.writePem(file, List.of(objects));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
