package io.hybridtls.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.acme.dns.CommandSettings;
import io.hybridtls.agent.config.ConfigProblem.Severity;
import io.hybridtls.agent.config.SecretSource.EnvironmentVariable;
import io.hybridtls.agent.config.SecretSource.Literal;
import io.hybridtls.agent.config.SecretSource.SecretFile;
import io.hybridtls.agent.config.SecretSource.SystemdCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  private static final String SECRET = "correct horse battery staple";
  private static final String REMEDY =
      "write { file = \"...\" }, { env = NAME } or { credential = NAME }";

  @TempDir private Path folder;

  @Test
  void aFileOfItsOwnerAloneShouldBeTaken() throws IOException {
    Path file = secretFile("rw-------", SECRET + "\n");

    SecretSource source = read("store { secret = { file = store.secret } }");

    assertThat(source).isEqualTo(new SecretFile(file));
    assertThat(source.read(Map.of())).contains(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x"})
  void aFileThatIsOpenToOthersShouldBeRefused(String modes) throws IOException {
    Path file = secretFile(modes, SECRET);

    assertThat(problems("\nstore { secret = { file = store.secret } }"))
        .containsExactly(
            "test.conf:2: store.secret: "
                + file.getFileName()
                + " is open to others than its owner; run chmod 600 store.secret");
  }

  @Test
  void aFileThatIsMissingOrEmptyShouldBeRefused() throws IOException {
    assertThat(problems("store { secret = { file = store.secret } }"))
        .containsExactly(
            "test.conf:1: store.secret: there is no file store.secret; write it, or name another");
    secretFile("rw-------", "\n");
    assertThat(problems("store { secret = { file = store.secret } }"))
        .containsExactly(
            "test.conf:1: store.secret: secret file store.secret is empty; write the secret to it");
  }

  @Test
  void aStoreSecretThatCanBeGuessedShouldBeRefusedBeforeTheStart() throws IOException {
    secretFile("rw-------", "fifteen letters\n");

    assertThat(problems("store { secret = { file = store.secret } }"))
        .containsExactly(
            "test.conf:1: store.secret: this is a secret of fewer than 16 characters, which can be"
                + " guessed; make one with: openssl rand -base64 32");
  }

  @Test
  void aVariableShouldBeTakenWhenItIsSet() throws IOException {
    ConfigFiles files = ConfigFiles.in(folder).with("STORE_SECRET", SECRET);

    SecretSource source = files.read("store { secret = { env = STORE_SECRET } }").store().secret();

    assertThat(source).isEqualTo(new EnvironmentVariable("STORE_SECRET"));
    assertThat(source.read(files.environment())).contains(SECRET);
    assertThat(problems("store { secret = { env = STORE_SECRET } }"))
        .containsExactly(
            "test.conf:1: store.secret: environment variable STORE_SECRET is not set;"
                + " set it to the secret");
  }

  @Test
  void aCredentialShouldBeReadWhereSystemdPutsIt() throws IOException {
    secretFile("r--------", SECRET);
    ConfigFiles unit =
        ConfigFiles.in(folder).with(SecretSource.CREDENTIALS_DIRECTORY, folder.toString());

    SecretSource source =
        unit.read("store { secret = { credential = store.secret } }").store().secret();

    assertThat(source.read(unit.environment())).contains(SECRET);
    assertThat(unit.problems("store { secret = { credential = other } }"))
        .containsExactly(
            "test.conf:1: store.secret: secret file other does not exist; write the secret to it");
  }

  @Test
  void aCredentialShouldPassTheCheckOutsideOfTheUnitAndFailOnUse() {
    SecretSource source = read("store { secret = { credential = store } }");

    assertThat(source).isEqualTo(new SystemdCredential("store"));
    assertThatThrownBy(() -> source.read(Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("start the agent as its unit");
  }

  @Test
  void aLiteralShouldBeTakenWithWarnings() throws IOException {
    Path file = ConfigFiles.in(folder).write("test.conf", "store { secret = \"" + SECRET + "\" }");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    LoadedConfig loaded = new ConfigLoader(Map.of()).load(file);

    assertThat(loaded.config().orElseThrow().store().secret()).isEqualTo(new Literal(SECRET));
    assertThat(loaded.problems())
        .allMatch(problem -> problem.severity() == Severity.WARNING)
        .extracting(problem -> problem.toString().replace(folder + "/", ""))
        .containsExactly(
            "test.conf:1: warning: store.secret: the secret itself stands in the configuration; "
                + REMEDY,
            "test.conf:1: warning: store.secret: others than its owner can read the file with the"
                + " secret; run chmod 600 test.conf");
    assertThat(loaded.toString()).doesNotContain(SECRET);
  }

  /** Every place of a secret but the store's, in one file. */
  @Test
  void everyLiteralInAFileThatOthersCanReadShouldBeWarnedOfTwice() throws IOException {
    String config =
        """
        issuers.est { type = est, server = "https://est.contoso.example"
          credentials { user = mail-host, password = "horse" } }
        issuers.other { type = files, certificate-file = a.pfx, password = "horse" }
        issuers.ca { type = acme, directory = "https://ca.example/", challenge = dns-01
          terms-of-service-agreed = true
          external-account { key-id = k, hmac-key = "QUJD" }
          dns.update { server = "192.0.2.53:53", key-name = k, key-secret = "QUJD" } }
        """;
    Path file = ConfigFiles.in(folder).write("test.conf", config);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(new ConfigLoader(Map.of()).load(file).problems())
        .filteredOn(problem -> problem.toString().contains("run chmod 600 " + file))
        .extracting(ConfigProblem::key)
        .containsExactlyInAnyOrder(
            "issuers.est.credentials.password",
            "issuers.other.password",
            "issuers.ca.external-account.hmac-key",
            "issuers.ca.dns.update.key-secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(new ConfigLoader(Map.of()).load(file).problems())
        .hasSize(4)
        .allMatch(problem -> problem.toString().contains("stands in the configuration"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no Base64!", "-_-_", "QUJDQ"})
  void aTsigSecretThatIsNotBase64ShouldBeRefusedAndNotRepeated(String secret) {
    List<String> problems =
        ConfigFiles.in(folder)
            .with("TSIG", secret)
            .problems(
                """
                issuers.dns { type = acme, directory = "https://ca.example/", challenge = dns-01
                  terms-of-service-agreed = true
                  dns.update { server = "192.0.2.53:53", key-name = k, key-secret = { env = TSIG } } }
                """);

    assertThat(problems)
        .containsExactly(
            "test.conf:3: issuers.dns.dns.update.key-secret: the secret is not Base64; take it as"
                + " tsig-keygen prints it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no Base64!", "QUJDQ"})
  void anExternalAccountKeyThatIsNotBase64ShouldBeRefusedAndNotRepeated(String secret) {
    assertThat(externalAccountProblems(secret))
        .containsExactly(
            "test.conf:3: issuers.ca.external-account.hmac-key: the secret is not Base64; take it"
                + " as the CA gave it to you");
  }

  @ParameterizedTest
  @ValueSource(strings = {"QUJD", "-_-_", "+/+/", "QUI=", "QUI"})
  void anExternalAccountKeyMayBeOfBothAlphabets(String secret) {
    assertThat(externalAccountProblems(secret)).isEmpty();
  }

  private List<String> externalAccountProblems(String secret) {
    return ConfigFiles.in(folder)
        .with("MAC", secret)
        .problems(
            """
            issuers.ca { type = acme, directory = "https://ca.example/", challenge = tls-alpn-01
              terms-of-service-agreed = true
              external-account { key-id = k, hmac-key = { env = MAC } } }
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"password = horse\"", "hmac-key = horse\"", "key-secret = horse\""})
  void aSyntaxErrorBesideASecretShouldNotRepeatIt(String line) {
    assertThat(problems("issuers.a {\n" + line + "\n}\n"))
        .singleElement()
        .asString()
        .startsWith("test.conf:2: the syntax is wrong; ");
  }

  @Test
  void aProgramThatWritesRecordsShouldNotGetTheVariablesWithSecrets() {
    AgentConfig config =
        ConfigFiles.in(folder)
            .with("STORE_SECRET", SECRET)
            .read(
                """
                issuers.dns { type = acme, directory = "https://ca.example/", challenge = dns-01
                  terms-of-service-agreed = true
                  dns { command = ["/bin/true"] } }
                store { secret = { env = STORE_SECRET } }
                """);

    assertThat(config.acmeIssuers().get(0).validation())
        .extracting("publishing")
        .isEqualTo(
            new CommandSettings(
                List.of("/bin/true"), Duration.ofMinutes(2), Set.of("STORE_SECRET")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ file = a, env = B }",
        "{ path = store.secret }",
        "[correct-horse]",
        "true",
        "\" \"",
        "{ env = \"A B\" }",
        "{ credential = \"../other\" }",
        "{ file = \"\" }"
      })
  void whatIsNotOnePlaceShouldBeRefused(String value) {
    assertThat(problems("store { secret = " + value + " }"))
        .singleElement()
        .asString()
        .startsWith("test.conf:1: store.secret: ")
        .doesNotContain("horse");
  }

  private SecretSource read(String text) {
    return ConfigFiles.in(folder).read(text).store().secret();
  }

  private List<String> problems(String text) {
    return ConfigFiles.in(folder).problems(text);
  }

  private Path secretFile(String modes, String content) throws IOException {
    Path file = Files.writeString(folder.resolve("store.secret"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(modes));
  }
}
