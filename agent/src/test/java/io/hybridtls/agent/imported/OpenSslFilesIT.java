package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.chain.TrustedRoots;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.agent.testing.OpenSsl;
import io.hybridtls.certstore.testing.RequiresPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form in which OpenSSL writes keys and certificates. */
@RequiresPeer("openssl")
class OpenSslFilesIT {

  private static final Optional<Password> SECRET = Optional.of(Password.of("s3cret"));

  @TempDir private Path folder;
  private OpenSsl openssl;

  @BeforeEach
  void make() {
    openssl = new OpenSsl(folder);
    openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout rsa.pem -out rsa.crt -subj /CN=rsa");
    openssl.run("ecparam -name prime256v1 -genkey -out ec.pem");
    openssl.run("req -x509 -new -key ec.pem -out ec.crt -subj /CN=ec");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rsa -in rsa.pem -traditional -out out",
        "pkcs8 -in rsa.pem -topk8 -nocrypt -out out",
        "pkcs8 -in rsa.pem -topk8 -v2 aes-256-cbc -passout pass:s3cret -out out",
        "pkcs8 -in rsa.pem -topk8 -scrypt -passout pass:s3cret -out out",
        "pkcs8 -in rsa.pem -topk8 -v1 PBE-SHA1-3DES -passout pass:s3cret -out out",
        "rsa -in rsa.pem -traditional -aes256 -passout pass:s3cret -out out",
        "rsa -in rsa.pem -traditional -des3 -passout pass:s3cret -out out",
        "rsa -in rsa.pem -traditional -outform DER -out out",
        "pkcs8 -in rsa.pem -topk8 -nocrypt -outform DER -out out",
        "pkcs8 -in rsa.pem -topk8 -passout pass:s3cret -outform DER -out out"
      })
  void everyFormOfAnRsaKeyShouldFindItsCertificate(String arguments) throws Exception {
    openssl.run(arguments);

    assertThat(assembled("rsa.crt", "out").certificates()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ec -in ec.pem -out out",
        "ecparam -name prime256v1 -genkey -noout -out unused", // ec.pem: with its parameters
        "pkcs8 -in ec.pem -topk8 -nocrypt -out out",
        "pkcs8 -in ec.pem -topk8 -v2 aes-128-cbc -passout pass:s3cret -out out",
        "ec -in ec.pem -aes128 -passout pass:s3cret -out out",
        "ec -in ec.pem -outform DER -out out",
        "pkcs8 -in ec.pem -topk8 -nocrypt -outform DER -out out"
      })
  void everyFormOfAnEcKeyShouldFindItsCertificate(String arguments) throws Exception {
    openssl.run(arguments);
    String key = Files.exists(folder.resolve("out")) ? "out" : "ec.pem";

    assertThat(assembled("ec.crt", key).certificates()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " -legacy",
        " -keypbe NONE -certpbe NONE",
        " -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg sha256"
      })
  void everyFormOfAPfxShouldBeRead(String options) throws Exception {
    openssl.run(
        "pkcs12 -export -in rsa.crt -inkey rsa.pem -passout pass:s3cret -out out" + options);

    assertThat(assembled("out").certificates()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " -legacy", " -nomac", " -keypbe NONE -certpbe NONE"})
  void aPfxWithAnEmptyPasswordShouldOpenWithItAndWithNone(String options) throws Exception {
    openssl.run("pkcs12 -export -in rsa.crt -inkey rsa.pem -passout pass: -out out" + options);

    assertThat(assembled(Optional.empty(), "out").certificates()).hasSize(1);
    assertThat(assembled(Optional.of(Password.of("")), "out").certificates()).hasSize(1);
  }

  @Test
  void aPkcs7FileShouldGiveItsCertificates() throws Exception {
    openssl.run("crl2pkcs7 -nocrl -certfile rsa.crt -certfile ec.crt -out chain.p7b");
    openssl.run("crl2pkcs7 -nocrl -certfile rsa.crt -outform DER -out one.p7b");

    assertThat(assembled("chain.p7b", "rsa.pem").leftOut())
        .singleElement()
        .isEqualTo("\"CN=ec\" (chain.p7b, block 1)");
    assertThat(assembled("one.p7b", "rsa.pem").leftOut()).isEmpty();
  }

  @Test
  void aWrongPasswordShouldBeToldFromAMissingOne() {
    openssl.run("pkcs8 -in rsa.pem -topk8 -passout pass:s3cret -out out");

    assertThatThrownBy(() -> assembled(Optional.of(Password.of("other")), "rsa.crt", "out"))
        .hasMessage("out, block 1 does not open with the password given");
    assertThatThrownBy(() -> assembled(Optional.empty(), "rsa.crt", "out"))
        .hasMessage("out, block 1 is encrypted, and no password was given");
  }

  private Assembled assembled(String... names) throws Exception {
    return assembled(SECRET, names);
  }

  private Assembled assembled(Optional<Password> password, String... names)
      throws UnusableFilesException, IOException {
    List<GivenFile> files = new ArrayList<>();
    for (String name : names) {
      files.add(GivenFile.of(name, Files.readAllBytes(folder.resolve(name))));
    }
    return new Assembly(TrustedRoots.of(List.of()), Authority.NOW)
        .of(GivenFiles.read(files, password), List.of());
  }
}
