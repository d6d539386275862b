package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.testing.Authority;
import io.hybridtls.certstore.testing.TestCa;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to keep the agent busy, or to make it fail in a way that nobody foresaw. */
@Timeout(60)
class HostileFilesTest {

  private static final int ENDLESS = Integer.MAX_VALUE;
  private static final Authority ROOT = Authority.root("Contoso Root");
  private static final KeyPair KEYS = TestCa.newEcKeys();
  private static final X509Certificate LEAF = ROOT.leaf("mail.contoso.example", KEYS.getPublic());
  private static final Optional<Password> SECRET = Optional.of(Password.of("s3cret"));

  static Stream<Arguments> endless() {
    PBKDF2Params pbkdf2 = new PBKDF2Params(new byte[16], ENDLESS);
    return Stream.of(
        Arguments.of("PBKDF2", pbes2(PKCSObjectIdentifiers.id_PBKDF2, pbkdf2)),
        Arguments.of(
            "PBKDF2 with another digest",
            pbes2(
                PKCSObjectIdentifiers.id_PBKDF2,
                new PBKDF2Params(
                    new byte[16],
                    10_000_001,
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA512)))),
        Arguments.of(
            "scrypt",
            pbes2(MiscObjectIdentifiers.id_scrypt, new ScryptParams(new byte[16], 1 << 30, 8, 1))),
        Arguments.of(
            "scrypt in parallel",
            pbes2(
                MiscObjectIdentifiers.id_scrypt,
                new ScryptParams(new byte[16], 1 << 14, 8, 1 << 20))),
        Arguments.of(
            "PKCS#12",
            new AlgorithmIdentifier(
                PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC,
                new PKCS12PBEParams(new byte[8], ENDLESS))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endless")
  void aKeyThatTakesYearsToOpenShouldBeRefusedAtOnce(String name, AlgorithmIdentifier scheme)
      throws Exception {
    byte[] key = new EncryptedPrivateKeyInfo(scheme, new byte[64]).getEncoded();
    String pem =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END ENCRYPTED PRIVATE KEY-----\n";

    assertThatThrownBy(() -> read(pem.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessageStartingWith("f, block 1 is encrypted so that opening it takes too long (");
  }

  @Test
  void aPfxWhoseMacTakesYearsShouldBeRefusedAtOnce() throws Exception {
    Pfx pfx = Pfx.getInstance(pfx());
    Pfx endless =
        new Pfx(
            pfx.getAuthSafe(),
            new MacData(pfx.getMacData().getMac(), pfx.getMacData().getSalt(), ENDLESS));

    assertThatThrownBy(() -> read(endless.getEncoded(ASN1Encoding.DER)))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessageStartingWith("f is encrypted so that opening it takes too long (");
  }

  @Test
  void aPfxWhoseContentTakesYearsShouldBeRefusedAtOnceThoughItHasNoMac() throws Exception {
    EncryptedData data =
        new EncryptedData(
            PKCSObjectIdentifiers.data,
            pbes2(PKCSObjectIdentifiers.id_PBKDF2, new PBKDF2Params(new byte[16], ENDLESS)),
            new BEROctetString(new byte[64]));
    ContentInfo[] parts = {new ContentInfo(PKCSObjectIdentifiers.encryptedData, data)};
    byte[] safe = new AuthenticatedSafe(parts).getEncoded();
    Pfx pfx = new Pfx(new ContentInfo(PKCSObjectIdentifiers.data, new BEROctetString(safe)), null);

    assertThatThrownBy(() -> read(pfx.getEncoded()))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessageStartingWith("f is encrypted so that opening it takes too long (");
  }

  @Test
  void aDeepNestShouldBeRefused() throws Exception {
    ByteArrayOutputStream nest = new ByteArrayOutputStream();
    for (int i = 0; i < 200_000; i++) {
      nest.write(0x30);
      nest.write(0x80);
    }

    assertThatThrownBy(() -> read(nest.toByteArray())).isInstanceOf(UnusableFilesException.class);
  }

  @Property(tries = 2_000)
  void whateverIsDamagedShouldBeReadOrRefused(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] damaged = pfx().clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    try {
      assertThat(read(damaged)).isNotNull();
    } catch (UnusableFilesException e) {
      assertThat(e).hasMessageStartingWith("f");
    }
  }

  private static AlgorithmIdentifier pbes2(
      ASN1ObjectIdentifier function, ASN1Encodable parameters) {
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.id_PBES2,
        new PBES2Parameters(
            new KeyDerivationFunc(function, parameters),
            new EncryptionScheme(
                NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]))));
  }

  private static Given read(byte[] contents) throws UnusableFilesException {
    return GivenFiles.read(List.of(GivenFile.of("f", contents)), SECRET);
  }

  private static byte[] pfx() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] password = "s3cret".toCharArray();
    Certificate[] chain = {LEAF, ROOT.certificate()};
    store.setKeyEntry("mail", KEYS.getPrivate(), password, chain);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password);
    return out.toByteArray();
  }
}
