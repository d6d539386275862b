package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a power cut or a failing disk makes of files must be told, and keep nothing else down. */
class DamagedStoreTest {

  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId WEB = CertificateId.of("web");
  private static final TestCa CA = TestCa.named("Contoso");
  private static final HeldCertificate RSA = CA.leaf("mail.contoso.example").rsa().issue();
  private static final HeldCertificate EC = CA.issue("mail.contoso.example");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 900})
  void theStoreShouldOpenWhenItsOnlyIdentityIsCutShort(int length) throws Exception {
    append(opened(), MAIL);
    Path identity = file("mail/1/identity.p12");
    Files.write(identity, Arrays.copyOf(Files.readAllBytes(identity), length));

    CertificateStore reopened = opened();

    assertThatThrownBy(() -> reopened.find(MAIL, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("generation mail/1 is damaged: " + identity)
        .hasMessageContaining("restore it from a backup");
    append(reopened, MAIL);
    assertThat(reopened.generations(MAIL)).containsExactly(1L, 2L);
  }

  @Test
  void anyFileShouldBeNamedWhereverItIsCutShortOrChanged() throws Exception {
    CertificateStore store = opened();
    append(store, MAIL);
    append(store, WEB);
    for (String name : List.of("identity.p12", "identity-2.p12", "generation.json")) {
      Path file = file("mail/1/" + name);
      byte[] whole = Files.readAllBytes(file);
      for (int place = 0; place < whole.length; place += 3) {
        Files.write(file, Arrays.copyOf(whole, place));
        assertDamagedOrSame(store, file);
        byte[] changed = whole.clone();
        changed[place] ^= 0x05;
        Files.write(file, changed);
        assertDamagedOrSame(store, file);
      }
      assertThat(store.find(WEB, 1)).isPresent();
      Files.write(file, whole);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0", "1 2"})
  void anActiveFileThatNamesNothingShouldSayWhatToWrite(String content) throws Exception {
    CertificateStore store = opened();
    append(store, MAIL);
    append(store, WEB);
    store.activate(WEB, 1);
    Files.writeString(file("mail/active"), content);

    CertificateStore reopened = opened();

    assertThatThrownBy(() -> reopened.active(MAIL))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("write one of [1] into it");
    assertThat(reopened.active(WEB)).isPresent();
  }

  /** Of the record, only the fields that are read matter. */
  private static void assertDamagedOrSame(CertificateStore store, Path file) {
    try {
      assertThat(store.find(MAIL, 1).orElseThrow().certificates())
          .extracting(HeldCertificate::serial)
          .containsExactly(RSA.serial(), EC.serial());
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining("generation mail/1 is damaged: " + file);
    }
  }

  private static void append(CertificateStore store, CertificateId id) throws StoreException {
    store.append(id, List.of(RSA, EC), "letsencrypt", "two thirds of the lifetime gone");
  }

  private CertificateStore opened() throws StoreException {
    return CertificateStores.open(
        directory,
        StoreSecret.of("correct horse battery staple"),
        InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));
  }

  private Path file(String path) {
    return directory.resolve("certificates").resolve(path);
  }
}
