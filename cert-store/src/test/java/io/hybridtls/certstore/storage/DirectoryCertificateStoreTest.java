package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.Generation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryCertificateStoreTest extends CertificateStoreContract {

  private static final String SECRET = "correct horse battery staple";

  @TempDir private Path directory;

  @Override
  CertificateStore store() throws StoreException {
    return openWith(SECRET);
  }

  @Override
  CertificateStore reopened() throws StoreException {
    return openWith(SECRET);
  }

  @Test
  void shouldKeepFilesFromEverybodyElse() throws Exception {
    CertificateStore store = store();
    store.activate(MAIL, append(store).number());

    try (Stream<Path> paths = Files.walk(directory)) {
      assertThat(paths)
          .hasSize(8)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }
  }

  @Test
  void shouldGiveEachCertificateOfAGenerationItsFiles() throws Exception {
    appendBoth(store());

    assertThat(names(file("mail/1")))
        .containsExactlyInAnyOrder(
            "identity.p12", "chain.pem", "identity-2.p12", "chain-2.pem", "generation.json");
    try (Stream<Path> files = Files.list(file("mail/1"))) {
      assertThat(files)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .isEqualTo("rw-------"));
    }
    assertThat(file("mail/1/generation.json"))
        .content()
        .containsSubsequence(
            "\"serial\" : \"" + RSA.serial() + "\"",
            "\"identity\" : \"identity-2.p12\"",
            "\"chain\" : \"chain-2.pem\"",
            "\"serial\" : \"" + CERTIFICATE.serial() + "\"");
  }

  @Test
  void shouldWriteOneCertificateAsItAlwaysDid() throws Exception {
    append(store());

    assertThat(names(file("mail/1")))
        .containsExactlyInAnyOrder("identity.p12", "chain.pem", "generation.json");
    assertThat(file("mail/1/generation.json")).content().doesNotContain("others");
  }

  @Test
  void shouldTellAnOperatorWhatAGenerationIsWithoutItsKey() throws Exception {
    append(store());

    assertThat(file("mail/1/generation.json"))
        .content()
        .contains("\"issuer\" : \"letsencrypt\"")
        .contains("\"reason\" : \"two thirds of the lifetime gone\"")
        .contains("\"storedAt\" : \"2026-11-23T12:00:00Z\"")
        .contains("\"serial\" : \"" + CERTIFICATE.serial() + "\"")
        .contains("\"spkiSha256\" : \"" + CERTIFICATE.spkiSha256() + "\"")
        .contains("mail.contoso.example")
        .contains("\"SERVER\"")
        .contains("1.3.6.1.5.5.7.3.1");
    assertThat(file("mail/1/chain.pem"))
        .content()
        .startsWith("-----BEGIN CERTIFICATE-----")
        .doesNotContain("PRIVATE");
  }

  @ParameterizedTest
  @CsvSource({
    "'',                     rwxr-xr-x, chmod 0700",
    "certificates,           rwxr-x---, chmod 0700",
    "certificates/mail,      rwx--x---, chmod 0700",
    "certificates/mail/1,    rwx---r--, chmod 0700",
    "certificates/mail/1/identity.p12, rw-r-----, chmod 0600",
    "certificates/mail/1/identity.p12, rw-----w-, chmod 0600",
    "certificates/mail/1/identity-2.p12, rw-r-----, chmod 0600"
  })
  void shouldNotOpenWhileOthersCouldUseIt(String path, String mode, String remedy)
      throws Exception {
    appendBoth(store());
    Path open = directory.resolve(path);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));

    assertThatThrownBy(this::reopened)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is open to other users")
        .hasMessageEndingWith("run: " + remedy + " " + open);
  }

  @Test
  void aLinkToTheDirectoryShouldBeCalledThat() throws Exception {
    append(store());
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

    assertThatThrownBy(
            () -> CertificateStores.open(link, StoreSecret.of(SECRET), InstantSource.fixed(NOW)))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(link + " is a symbolic link")
        .hasMessageEndingWith("name " + directory.toRealPath());
  }

  @Test
  void shouldGiveOneCommandWhenManyFilesAreOpen() throws Exception {
    append(store());
    append(store());
    for (String path : List.of("mail", "mail/1", "mail/2")) {
      Files.setPosixFilePermissions(file(path), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    assertThatThrownBy(this::reopened)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run: chmod 0700 " + file("mail") + " (and 2 more like it")
        .hasMessageEndingWith("chmod -R go= " + directory.resolve("certificates") + ")");
  }

  @Test
  void shouldNotTakeAMissingIdentityForAWrongSecret() throws Exception {
    append(store());
    Files.delete(file("mail/1/identity.p12"));

    CertificateStore reopened = reopened();
    assertThatThrownBy(() -> reopened.find(MAIL, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("generation mail/1 is damaged")
        .hasMessageContaining("identity.p12: it does not exist");
  }

  @Test
  void shouldNotOpenWithAnotherSecret() throws Exception {
    append(store());

    assertThatThrownBy(() -> openWith("a secret of somebody else"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file("mail/1/identity.p12").toString())
        .hasMessageContaining("set store.secret to")
        .satisfies(e -> assertThat(trace(e)).doesNotContainIgnoringCase("padding"))
        .satisfies(e -> assertThat(trace(e)).doesNotContain("somebody else", SECRET));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 300, 900})
  void shouldNameTheGenerationThatIsDamagedAndReadTheOthers(int position) throws Exception {
    CertificateStore store = store();
    append(store);
    append(store);
    Path identity = file("mail/2/identity.p12");
    byte[] content = Files.readAllBytes(identity);
    content[position] ^= 0x41;
    Files.write(identity, content);

    CertificateStore reopened = reopened();

    assertThatThrownBy(() -> reopened.find(MAIL, 2))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(identity.toString())
        .hasMessageContaining("restore");
    assertThat(reopened.find(MAIL, 1)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity.p12", "identity-2.p12", "generation.json"})
  void shouldNameTheFileThatIsMissing(String name) throws Exception {
    append(store());
    appendBoth(store());
    Files.delete(file("mail/2/" + name));

    assertThatThrownBy(() -> reopened().find(MAIL, 2))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("generation mail/2 is damaged")
        .hasMessageContaining(name + ": it does not exist");
  }

  @Test
  void shouldNotTakeTheRecordOfAnotherGeneration() throws Exception {
    append(store());
    Path record = file("mail/1/generation.json");
    Files.writeString(record, Files.readString(record).replace(CERTIFICATE.serial(), "1234"));

    assertThatThrownBy(() -> reopened().find(MAIL, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("it tells of serial 1234");
  }

  @Test
  void shouldNotTakeIdentitiesThatWereExchanged() throws Exception {
    appendBoth(store());
    Path third = file("mail/1/third");
    Files.move(file("mail/1/identity.p12"), third);
    Files.move(file("mail/1/identity-2.p12"), file("mail/1/identity.p12"));
    Files.move(third, file("mail/1/identity-2.p12"));

    assertThatThrownBy(() -> reopened().find(MAIL, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("it tells of serial " + RSA.serial() + ", not of identity.p12");
  }

  @Test
  void shouldNotTakeASecondIdentityThatWasChanged() throws Exception {
    appendBoth(store());
    Path identity = file("mail/1/identity-2.p12");
    byte[] content = Files.readAllBytes(identity);
    content[300] ^= 0x41;
    Files.write(identity, content);

    assertThatThrownBy(() -> reopened().find(MAIL, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("generation mail/1 is damaged: " + identity);
  }

  @Test
  void shouldSayWhatToWriteIntoADamagedActiveFile() throws Exception {
    append(store());
    Files.writeString(file("mail/active"), "newest");

    assertThatThrownBy(() -> reopened().activeNumber(MAIL))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("write one of [1] into it");
  }

  @Test
  void shouldForgetAGenerationThatACrashLeftHalfWritten() throws Exception {
    CertificateStore store = store();
    store.activate(MAIL, append(store).number());
    Path half = Files.createDirectory(file("mail/.2.tmp"));
    Files.writeString(half.resolve("identity.p12"), "half of i");
    Files.writeString(file("mail/.active.123.tmp"), "");

    CertificateStore reopened = reopened();

    assertThat(reopened.generations(MAIL)).containsExactly(1L);
    assertThat(reopened.active(MAIL)).map(Generation::number).contains(1L);
    assertThat(names(file("mail"))).containsExactlyInAnyOrder("1", "active");
    assertThat(append(reopened).number()).isEqualTo(2);
  }

  @Test
  void shouldLeaveEverythingAsItWasWhenAWriteFails() throws Exception {
    CertificateStore store = store();
    store.activate(MAIL, append(store).number());
    Files.createDirectory(file("mail/.2.tmp"));
    Files.writeString(file("mail/2"), "in the way");

    assertThatThrownBy(() -> store.append(MAIL, CERTIFICATE, "letsencrypt", "test"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot write " + file("mail/2"));
    assertThat(store.active(MAIL)).map(Generation::number).contains(1L);
    assertThat(names(file("mail"))).containsExactlyInAnyOrder("1", "2", "active");
  }

  @Test
  void shouldPassOverWhatItDidNotPutThere() throws Exception {
    CertificateStore store = store();
    Files.createDirectory(file("lost+found"));
    Files.writeString(file("README"), "hands off");
    append(store);

    assertThat(reopened().ids()).containsExactly(MAIL);
  }

  @Test
  void shouldKeepTwoStoresOfOneSecretApart() throws Exception {
    StoreSecret secret = StoreSecret.of(SECRET);
    CertificateStore own = CertificateStores.open(directory, secret, InstantSource.fixed(NOW));
    CertificateStore authority =
        CertificateStores.open(
            directory.resolve("authorities/internal"), secret, InstantSource.fixed(NOW));
    append(own);

    assertThat(authority.ids()).isEmpty();
    assertThat(append(authority).number()).isEqualTo(1);
  }

  private static void appendBoth(CertificateStore store) throws StoreException {
    store.append(MAIL, List.of(RSA, CERTIFICATE), "letsencrypt", "two thirds of the lifetime gone");
  }

  private CertificateStore openWith(String secret) throws StoreException {
    return CertificateStores.open(directory, StoreSecret.of(secret), InstantSource.fixed(NOW));
  }

  private Path file(String path) {
    return directory.resolve("certificates").resolve(path);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
