package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.RequiresPeer;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store writes is readable without the agent, by whoever has the secret. */
@RequiresPeer({"openssl", "keytool"})
class StoreInteropIT {

  private static final CertificateId MAIL = CertificateId.of("mail");

  @TempDir private Path state;

  private final TestCa ca = TestCa.named("Contoso");
  private final HeldCertificate held = ca.issue("mail.contoso.example");
  private final HeldCertificate rsa = ca.leaf("mail.contoso.example").rsa().issue();
  private Path secretFile = Path.of("");
  private Path identity = Path.of("");

  @BeforeEach
  void storeACertificate() throws Exception {
    StoreSecret secret = StoreSecret.generatedIn(state, new SecureRandom());
    secretFile = state.resolve(StoreSecret.GENERATED_FILE);
    CertificateStores.open(state, secret, InstantSource.fixed(Instant.EPOCH))
        .append(MAIL, List.of(held, rsa), "internal", "test");
    CertificateStores.openKeys(state, secret).put("account", TestCa.newEcKeys());
    identity = state.resolve("certificates/mail/1/identity.p12");
  }

  @Test
  void opensslShouldOpenTheIdentityWithTheStoreSecret() throws Exception {
    String output =
        run(
            "openssl",
            "pkcs12",
            "-in",
            identity,
            "-passin",
            "file:" + secretFile,
            "-nodes",
            "-info");

    assertThat(output)
        .contains("MAC: sha256, Iteration 20000")
        .contains("PBES2, PBKDF2, AES-256-CBC, Iteration 20000, PRF hmacWithSHA256")
        .contains("friendlyName: mail", "BEGIN PRIVATE KEY")
        .contains("mail.contoso.example", "Contoso Issuing");
  }

  @Test
  void opensslShouldOpenTheIdentityOfTheSecondKey() throws Exception {
    Path second = state.resolve("certificates/mail/1/identity-2.p12");

    String pem = run("openssl", "pkcs12", "-in", second, "-passin", "file:" + secretFile, "-nodes");
    Path file = Files.writeString(state.resolve("second.pem"), pem);

    assertThat(run("openssl", "pkey", "-in", file, "-noout", "-text"))
        .contains("Private-Key: (2048 bit");
    assertThat(run("openssl", "x509", "-in", file, "-noout", "-serial"))
        .containsIgnoringCase(rsa.serial());
  }

  @Test
  void opensslShouldOpenAKeyOfTheVault() throws Exception {
    assertThat(
            run(
                "openssl",
                "pkey",
                "-in",
                state.resolve("keys/account.pem"),
                "-passin",
                "file:" + secretFile,
                "-text",
                "-noout"))
        .contains("NIST CURVE: P-256");
  }

  @Test
  void keytoolShouldListTheEntryWithItsWholeChain() throws Exception {
    String output =
        run(
            "keytool",
            "-list",
            "-v",
            "-storetype",
            "PKCS12",
            "-keystore",
            identity,
            "-storepass:file",
            secretFile);

    assertThat(output)
        .contains("Alias name: mail", "Entry type: PrivateKeyEntry")
        .contains("Certificate chain length: 2")
        .contains("Owner: CN=mail.contoso.example");
  }

  private static String run(String program, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(PeerProgram.require(program).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path output = Files.createTempFile("interop", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C");
    try {
      int exit = builder.start().waitFor();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(exit).as("%s: %s", program, text).isZero();
      return text;
    } finally {
      Files.delete(output);
    }
  }
}
