package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.Supply;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedSourceTest {

  private static final CertificateSpec SPEC =
      new CertificateSpec(
          CertificateId.of("mail"),
          List.of(DnsName.of("mail.contoso.example"), DnsName.of("mx.contoso.example")),
          "brought",
          KeyAlgorithm.EC_P256,
          Set.of(CertificateRole.SERVER));

  private static final Optional<Generation> NOTHING = Optional.empty();

  @TempDir private Path folder;
  private final Authority ca = Authority.root("Contoso Root");
  private final InMemoryKeyVault vault = new InMemoryKeyVault();
  private final Set<PublicKey> compromised = new HashSet<>();
  private ImportedSource source;

  @BeforeEach
  void open() {
    source = opened();
  }

  @Test
  void aRequestShouldHaveTheNamesAndAddressesOfTheSpec() throws Exception {
    CertificateSpec addressed = SPEC.withAddresses(List.of(IpAddress.of("192.0.2.7")));

    JcaPKCS10CertificationRequest csr = parsed(source.requests(addressed, NOTHING, false).get(0));

    assertThat(csr.getSubject()).hasToString("CN=mail.contoso.example");
    assertThat(
            GeneralNames.fromExtensions(
                    csr.getRequestedExtensions(), Extension.subjectAlternativeName)
                .getNames())
        .extracting(name -> name.getTagNo())
        .containsExactly(2, 2, 7);
  }

  @Test
  void theSameKeyShouldBeAskedForUntilAnotherIsWanted() throws Exception {
    PublicKey first = requested(NOTHING, false);

    assertThat(requested(NOTHING, false)).isEqualTo(first);
    source = opened(); // as after a restart
    assertThat(requested(NOTHING, false)).isEqualTo(first);
    assertThat(requested(NOTHING, true)).isNotEqualTo(first);
  }

  @Test
  void whatIsInUseShouldNotBeAskedForAgain() throws Exception {
    PublicKey first = requested(NOTHING, false);
    Assembled imported = assembled(ca.leaf("mail.contoso.example", first));
    Optional<Generation> live = Optional.of(generation(imported));

    assertThat(requested(live, false)).as("though the agent died in between").isNotEqualTo(first);
    source.settle(SPEC, imported.certificates());
    assertThat(requested(live, false)).isNotEqualTo(first);
  }

  /** It is kept with its certificate from then on. */
  @Test
  void aKeyThatIsInUseShouldNotBeKeptWithTheRequestsAnyMore() throws Exception {
    Assembled imported = assembled(ca.leaf("mail.contoso.example", requested(NOTHING, false)));

    source.settle(SPEC, imported.certificates());

    assertThat(vault.names()).isEmpty();
  }

  @Test
  void theKeyInUseShouldBeAskedForWhereTheSpecWantsThat() throws Exception {
    PublicKey first = requested(NOTHING, false);
    Optional<Generation> live =
        Optional.of(generation(assembled(ca.leaf("mail.contoso.example", first))));

    String again = source.requests(SPEC.withReusedKey(), live, false).get(0);

    assertThat(parsed(again).getPublicKey()).isEqualTo(first);
  }

  @Test
  void aKeyInUseThatOthersHaveGotShouldNotBeAskedForAgain() throws Exception {
    PublicKey first = requested(NOTHING, false);
    Assembled imported = assembled(ca.leaf("mail.contoso.example", first));
    source.settle(SPEC, imported.certificates());
    compromised.add(first);

    String next =
        source.requests(SPEC.withReusedKey(), Optional.of(generation(imported)), false).get(0);

    assertThat(parsed(next).getPublicKey()).isNotEqualTo(first);
  }

  @Test
  void eachKindOfKeyShouldHaveARequest() throws Exception {
    CertificateSpec both = SPEC.withKeys(List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_P256));

    List<String> requests = source.requests(both, NOTHING, false);

    assertThat(requests).hasSize(2);
    assertThat(parsed(requests.get(0)).getPublicKey().getAlgorithm()).isEqualTo("RSA");
    assertThat(parsed(requests.get(1)).getPublicKey().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void oneKindOfKeyShouldNotTakeThePlaceOfTwo() throws Exception {
    CertificateSpec both = SPEC.withKeys(List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_P256));
    List<GivenFile> files = new ArrayList<>(List.of(pem("root.pem", ca.certificate())));
    for (String request : source.requests(both, NOTHING, false)) {
      PublicKey key = parsed(request).getPublicKey();
      files.add(pem(key.getAlgorithm() + ".pem", ca.leaf("mail.contoso.example", key)));
    }

    assertThat(source.assemble(both, NOTHING, files, Optional.empty()).certificates()).hasSize(2);
    assertThatThrownBy(() -> source.assemble(both, NOTHING, files.subList(0, 2), Optional.empty()))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessage(
            "there is no certificate for an EC key, which certificates.mail.keys has (ec-p256);"
                + " give the certificates for all kinds of key together");
  }

  @Test
  void aCertificateForTheKeyInUseShouldBeTakenWithoutIt() throws Exception {
    PublicKey first = requested(NOTHING, false);
    Assembled imported = assembled(ca.leaf("mail.contoso.example", first));
    source.settle(SPEC, imported.certificates());
    X509Certificate renewed = ca.leaf("mail.contoso.example", first);

    Assembled again =
        source.assemble(
            SPEC,
            Optional.of(generation(imported)),
            List.of(pem("renewed.pem", renewed), pem("root.pem", ca.certificate())),
            Optional.empty());

    assertThat(again.certificates()).extracting(HeldCertificate::leaf).containsExactly(renewed);
  }

  @Test
  void aCertificateForAKeyThatWasGivenUpShouldAskForTheKey() throws Exception {
    PublicKey first = requested(NOTHING, false);
    requested(NOTHING, true);

    assertThatThrownBy(() -> assembled(ca.leaf("mail.contoso.example", first)))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessageContaining("none that the agent keeps belongs to \"CN=mail.contoso.example\"");
  }

  @Test
  void rootsOfTheAdministratorShouldEndAChain() throws Exception {
    Path roots = folder.resolve("roots.pem");
    Files.writeString(roots, text(ca.certificate()));
    source =
        new ImportedSource(
            new ImportedSettings("brought", Optional.of(roots)),
            vault,
            compromised::contains,
            () -> Authority.NOW,
            new SecureRandom());
    Authority issuing = ca.sub("Contoso Issuing");
    X509Certificate leaf = issuing.leaf("mail.contoso.example", requested(NOTHING, false));

    Assembled made =
        source.assemble(
            SPEC,
            NOTHING,
            List.of(pem("leaf.pem", leaf), pem("issuing.pem", issuing.certificate())),
            Optional.empty());

    assertThat(made.certificates().get(0).chain()).containsExactly(leaf, issuing.certificate());
  }

  @Test
  void nothingShouldComeByItself() {
    assertThat(source.look(SPEC, NOTHING))
        .isEqualTo(
            new Supply.Nothing(
                "run \"hybridtls certificate csr mail\", have a CA sign it, and bring the"
                    + " certificate with \"hybridtls certificate import mail\""));
  }

  private ImportedSource opened() {
    return new ImportedSource(
        new ImportedSettings("brought", Optional.empty()),
        vault,
        compromised::contains,
        () -> Authority.NOW,
        new SecureRandom());
  }

  private PublicKey requested(Optional<Generation> live, boolean another) throws Exception {
    return parsed(source.requests(SPEC, live, another).get(0)).getPublicKey();
  }

  private Assembled assembled(X509Certificate leaf) throws Exception {
    return source.assemble(
        SPEC,
        NOTHING,
        List.of(pem("leaf.pem", leaf), pem("root.pem", ca.certificate())),
        Optional.empty());
  }

  private static Generation generation(Assembled imported) {
    return new Generation(
        SPEC.id(), 1, Authority.NOW, "brought", "it was imported", imported.certificates());
  }

  private static GivenFile pem(String name, X509Certificate certificate) throws Exception {
    return GivenFile.of(name, text(certificate).getBytes(StandardCharsets.US_ASCII));
  }

  private static String text(X509Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static JcaPKCS10CertificationRequest parsed(String request) throws Exception {
    try (PEMParser pem = new PEMParser(new StringReader(request))) {
      return new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) pem.readObject());
    }
  }
}
