package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.testing.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryKeyVaultTest {

  private static final String SECRET = "correct horse battery staple";

  @TempDir private Path directory;

  @Test
  void shouldGiveBackBothHalvesAfterARestart() throws Exception {
    KeyPair ec = TestCa.newEcKeys();
    KeyPair rsa = TestCa.newRsaKeys();
    vault(SECRET).put("account", ec);
    vault(SECRET).put("other", rsa);

    assertThat(vault(SECRET).find("account")).hasValueSatisfying(found -> isSame(found, ec));
    assertThat(vault(SECRET).find("other")).hasValueSatisfying(found -> isSame(found, rsa));
    assertThat(vault(SECRET).find("none")).isEmpty();
  }

  @Test
  void shouldReplaceWhatItKeptBefore() throws Exception {
    KeyPair second = TestCa.newEcKeys();
    KeyVault vault = vault(SECRET);
    vault.put("account", TestCa.newEcKeys());
    vault.put("account", second);

    assertThat(vault.find("account")).hasValueSatisfying(found -> isSame(found, second));
  }

  @Test
  void shouldEncryptThePrivateHalfOnly() throws Exception {
    vault(SECRET).put("account", TestCa.newEcKeys());

    assertThat(file())
        .content()
        .contains("BEGIN ENCRYPTED PRIVATE KEY", "BEGIN PUBLIC KEY")
        .doesNotContain("BEGIN PRIVATE KEY", "BEGIN EC PRIVATE KEY");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldNameTheFileThatAnotherSecretDoesNotOpen() throws Exception {
    vault(SECRET).put("account", TestCa.newEcKeys());

    assertThatThrownBy(() -> vault("a secret of somebody else").find("account"))
        .isInstanceOf(LostKeyException.class)
        .hasNoCause()
        .hasMessageContaining(file().toString())
        .hasMessageContaining("store.secret");
  }

  @Test
  void shouldNameTheFileThatIsDamaged() throws Exception {
    vault(SECRET).put("account", TestCa.newEcKeys());
    Files.writeString(file(), "nothing of the kind");

    assertThatThrownBy(() -> vault(SECRET).find("account"))
        .isInstanceOf(LostKeyException.class)
        .hasMessageContaining("key account is damaged: " + file());
    Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> vault(SECRET).find("account"))
        .isInstanceOf(LostKeyException.class)
        .hasMessageContaining("it is not text");
  }

  /** What a power cut leaves, and what a failing disk does. */
  @Test
  void shouldNameTheFileWhereverItIsCutShortOrChanged() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    vault(SECRET).put("account", keys);
    byte[] whole = Files.readAllBytes(file());
    KeyVault vault = vault(SECRET);

    for (int place = 0; place < whole.length; place++) {
      Files.write(file(), Arrays.copyOf(whole, place));
      assertLostOrSame(vault, keys);
      byte[] changed = whole.clone();
      changed[place] ^= 0x05;
      Files.write(file(), changed);
      assertLostOrSame(vault, keys);
      changed[place] = 0;
      Files.write(file(), changed);
      assertLostOrSame(vault, keys);
    }
  }

  /** A dash or a line break of the armour may differ; a key that does not fit may not. */
  private void assertLostOrSame(KeyVault vault, KeyPair keys) throws StoreException {
    try {
      isSame(vault.find("account").orElseThrow(), keys);
    } catch (LostKeyException e) {
      assertThat(e).hasMessageContaining(file().toString()).hasMessageContaining("restore");
    }
  }

  @Test
  void shouldNotTakeAKeyForLostBecauseTheDiskFails() throws Exception {
    KeyVault vault = vault(SECRET);
    Files.createDirectory(file());

    assertThatThrownBy(() -> vault.find("account"))
        .isInstanceOf(StoreException.class)
        .isNotInstanceOf(LostKeyException.class)
        .hasMessageContaining(file().toString());
  }

  @Test
  void shouldForgetAKeyAndNotMindWhenThereIsNone() throws Exception {
    KeyVault vault = vault(SECRET);
    vault.put("account", TestCa.newEcKeys());
    vault.remove("account");
    vault.remove("account");

    assertThat(vault.find("account")).isEmpty();
    assertThat(file()).doesNotExist();
  }

  @Test
  void shouldNotOpenWhileOthersCouldReadAKey() throws Exception {
    vault(SECRET).put("account", TestCa.newEcKeys());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> vault(SECRET))
        .isInstanceOf(StoreException.class)
        .hasMessageEndingWith("run: chmod 0600 " + file());
  }

  @Test
  void shouldNotLeaveItsFolder() throws Exception {
    KeyVault vault = vault(SECRET);

    assertThatThrownBy(() -> vault.find("../secret")).isInstanceOf(IllegalArgumentException.class);
  }

  private KeyVault vault(String secret) throws StoreException {
    return CertificateStores.openKeys(directory, StoreSecret.of(secret));
  }

  private Path file() {
    return directory.resolve("keys/account.pem");
  }

  private static void isSame(KeyPair found, KeyPair expected) {
    assertThat(found.getPrivate()).isEqualTo(expected.getPrivate());
    assertThat(found.getPublic()).isEqualTo(expected.getPublic());
  }
}
