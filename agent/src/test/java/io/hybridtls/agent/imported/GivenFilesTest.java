package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.Authority;
import io.hybridtls.certstore.testing.TestCa;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GivenFilesTest {

  private static final Authority ROOT = Authority.root("Contoso Root");
  private static final KeyPair KEYS = TestCa.newEcKeys();
  private static final X509Certificate LEAF = ROOT.leaf("mail.contoso.example", KEYS.getPublic());
  private static final Optional<Password> SECRET = Optional.of(Password.of("s3cret"));

  @TempDir private Path folder;

  static Stream<Arguments> unusable() {
    String cut = "-----BEGIN CERTIFICATE-----\nMIIB\n";
    return Stream.of(
        Arguments.of("", "f is empty"),
        Arguments.of(
            "hello", "f holds neither a certificate nor a key; give PEM, PKCS#12 (PFX) or DER"),
        Arguments.of(cut, "f, block 1 is cut off or damaged: -----END CERTIFICATE----- not found"),
        Arguments.of(block("CERTIFICATE", "!!!!"), "f, block 1 is cut off or damaged: "),
        Arguments.of(block("CERTIFICATE", "AAAA"), "f, block 1 is not a certificate"),
        Arguments.of(
            block("PRIVATE KEY", "AAAA"), "f, block 1 is not a private key that can be read"),
        Arguments.of(
            block("EC PARAMETERS", "AAAA") + block("CERTIFICATE REQUEST", "AAAA"),
            "f, block 2 is a certificate request; give the certificate that the CA made of it"),
        Arguments.of(
            block("DH PARAMETERS", "AAAA"),
            "f, block 1 is of type DH PARAMETERS; give certificates and private keys"),
        Arguments.of(block("PKCS7", "AAAA"), "f, block 1 is not a PKCS#7 file with certificates"),
        Arguments.of("0\u0003\u0002\u0001\u0003", "f is not a PKCS#12 file that can be read"),
        Arguments.of("0\u0082", "f is cut off or damaged, or neither PKCS#12"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void whatCannotBeUsedShouldBeNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> read(text.getBytes(StandardCharsets.ISO_8859_1), Optional.empty()))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void blocksShouldBeFoundBetweenOtherText() throws Exception {
    Path pem = TestCa.writePem(folder.resolve("f"), List.of(LEAF, KEYS.getPrivate()));
    String text = "subject=CN = mail\r\n" + Files.readString(pem).replace("\n", "\r\n") + "end";

    Given found = read(text.getBytes(StandardCharsets.US_ASCII), Optional.empty());

    assertThat(found.certificates()).singleElement().extracting("place").isEqualTo("f, block 1");
    assertThat(found.keys())
        .singleElement()
        .satisfies(key -> assertThat(key.key()).isEqualTo(KEYS.getPrivate()));
  }

  static Stream<byte[]> foreign() throws Exception {
    String leaf = pem(LEAF);
    String text = leaf + pem(ROOT.certificate());
    return Stream.of(
        ("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8),
        ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE),
        ("\ufeff" + text).getBytes(StandardCharsets.UTF_16BE),
        (leaf.strip() + pem(ROOT.certificate())).getBytes(StandardCharsets.US_ASCII),
        text.indent(2).getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void noBlockShouldBePassedOverForWhatStandsBeforeIt(byte[] pem) throws Exception {
    assertThat(read(pem, Optional.empty()).certificates())
        .extracting(Given.GivenCertificate::certificate)
        .containsExactly(LEAF, ROOT.certificate());
  }

  @Test
  void aCertificateInDerShouldBeFound() throws Exception {
    assertThat(read(LEAF.getEncoded(), Optional.empty()).certificates())
        .singleElement()
        .extracting(Given.GivenCertificate::certificate)
        .isEqualTo(LEAF);
  }

  @Test
  void aPfxShouldGiveItsKeyAndAllOfItsCertificates() throws Exception {
    Given found = read(pfx("s3cret"), SECRET);

    assertThat(found.certificates())
        .extracting(Given.GivenCertificate::certificate)
        .containsExactlyInAnyOrder(LEAF, ROOT.certificate());
    assertThat(found.keys())
        .singleElement()
        .satisfies(key -> assertThat(key.key()).isEqualTo(KEYS.getPrivate()));
  }

  @Test
  void aPfxWithoutItsPasswordShouldSayWhichOfTheTwo() throws Exception {
    byte[] pfx = pfx("s3cret");

    assertThatThrownBy(() -> read(pfx, Optional.empty()))
        .hasMessage("f is encrypted, and no password was given");
    assertThatThrownBy(() -> read(pfx, Optional.of(Password.of("other"))))
        .hasMessage("f does not open with the password given");
  }

  @Test
  void aPfxThatIsCutOffShouldBeNamed() throws Exception {
    byte[] pfx = pfx("s3cret");

    assertThatThrownBy(() -> read(Arrays.copyOf(pfx, pfx.length / 2), SECRET))
        .hasMessageStartingWith("f is cut off or damaged");
  }

  @Test
  void nothingThatHoldsASecretShouldPrintIt() throws Exception {
    assertThat(SECRET.orElseThrow()).hasToString("****");
    assertThat(read(pfx("s3cret"), SECRET).keys().get(0)).hasToString("GivenKey[****, f]");
    assertThat(GivenFile.of("key.pem", new byte[] {1})).hasToString("key.pem");
  }

  private static Given read(byte[] contents, Optional<Password> password)
      throws UnusableFilesException {
    return GivenFiles.read(List.of(GivenFile.of("f", contents)), password);
  }

  private static String pem(X509Certificate certificate) throws GeneralSecurityException {
    return block(
        "CERTIFICATE",
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded()));
  }

  private static byte[] pfx(String password) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "mail",
        KEYS.getPrivate(),
        password.toCharArray(),
        new Certificate[] {LEAF, ROOT.certificate()});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password.toCharArray());
    return out.toByteArray();
  }

  private static String block(String type, String base64) {
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }
}
