package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreSecretTest {

  private static final String TEXT = "correct horse battery staple";

  @TempDir private Path directory;

  @Test
  void shouldBeTheSameWhereverItIsKept() throws Exception {
    Path file = secretFile("r--------", TEXT + "\n");
    String name = String.valueOf(file.getFileName());

    assertThat(
            new StoreSecret[] {
              StoreSecret.fromFile(file),
              StoreSecret.fromEnvironment("SECRET", Map.of("SECRET", TEXT)),
              StoreSecret.fromCredential(
                  name, Map.of("CREDENTIALS_DIRECTORY", directory.toString()))
            })
        .allSatisfy(secret -> assertThat(derived(secret)).isEqualTo(derived(StoreSecret.of(TEXT))));
  }

  @Test
  void shouldNeverShowItself() throws Exception {
    assertThat(StoreSecret.of(TEXT)).hasToString("****");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "r--r--r--", "rw----r--", "rw-rw-rw-"})
  void shouldRefuseAFileThatOthersCanUse(String mode) throws Exception {
    Path file = secretFile(mode, TEXT);

    assertThatThrownBy(() -> StoreSecret.fromFile(file))
        .isInstanceOf(StoreException.class)
        .hasMessageEndingWith("run: chmod 0400 " + file);
  }

  @Test
  void shouldSayHowToMakeAMissingFile() {
    Path file = directory.resolve("gone");

    assertThatThrownBy(() -> StoreSecret.fromFile(file))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("store.secret: " + file + " does not exist")
        .hasMessageContaining("openssl rand -base64 32 > " + file);
  }

  @Test
  void shouldNameTheVariableOrCredentialThatIsMissing() {
    assertThatThrownBy(() -> StoreSecret.fromEnvironment("HYBRIDTLS_SECRET", Map.of()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("HYBRIDTLS_SECRET is not set");
    assertThatThrownBy(() -> StoreSecret.fromCredential("store-secret", Map.of()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("LoadCredentialEncrypted=store-secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "short", "   fifteen chars   ", "für alle die da sind", "a\nnew line in it"})
  void shouldRefuseWhatCanBeGuessedOrTyped(String text) {
    assertThatThrownBy(() -> StoreSecret.of(text))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith("store.secret has a secret")
        .hasMessageContaining("openssl rand")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain(text.isEmpty() ? "nothing" : text.strip());
  }

  @Test
  void shouldBeGeneratedOnceAndKept() throws Exception {
    Path state = directory.resolve("state");
    StoreSecret generated = StoreSecret.generatedIn(state, new SecureRandom());
    Path file = state.resolve("secret.key");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("r--------");
    assertThat(Files.readString(file)).matches("[A-Za-z0-9_-]{43}\n");
    assertThat(derived(StoreSecret.generatedIn(state, new SecureRandom())))
        .isEqualTo(derived(generated));
  }

  @Test
  void shouldLeaveNothingOfAnotherThatACrashKeptFromBeingMade() throws Exception {
    Path half = Files.writeString(directory.resolve(".secret.key.42.tmp"), "half");

    StoreSecret.generatedIn(directory, new SecureRandom());

    assertThat(half).doesNotExist();
    assertThat(directory.resolve("secret.key")).exists();
  }

  @Test
  void shouldNotBeGeneratedAnewOverAStoreThatHasContent() throws Exception {
    Files.createDirectories(directory.resolve("certificates/mail"));

    assertThatThrownBy(() -> StoreSecret.generatedIn(directory, new SecureRandom()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("secret.key is gone")
        .hasMessageContaining("restore it from a backup");
  }

  private Path secretFile(String mode, String text) throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static byte[] derived(StoreSecret secret) {
    return secret.keys().macKey(new byte[8], 1);
  }
}
