package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates for peers that keep their own keys. */
class PeerCertificateTest {

  private static final KeyPair DAMAGED = TestCa.newEcKeys();

  @TempDir private Path directory;
  private CaWorld world;
  private LocalCa ca;

  @BeforeEach
  void begin() throws Exception {
    world =
        new CaWorld(directory)
            .with(CaWorld.permitting(List.of("contoso.example"), List.of("10.0.0.0/8")));
    ca = world.open();
  }

  @Test
  void shouldCertifyThePeersKeyAndNames() throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    byte[] csr = PeerCsr.of(keys).dns("Device42.Contoso.example").ip("10.0.0.42").der();

    List<X509Certificate> chain = ca.issueFor("device42", csr, PeerCsr.CLIENT, Optional.empty());

    HeldCertificate held = HeldCertificate.of(keys.getPrivate(), chain);
    assertThat(ConstraintsTest.accepts(ca, chain.subList(0, 2))).isTrue();
    assertThat(chain).hasSize(3).endsWith(ca.roots().get(0));
    assertThat(held.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=device42");
    assertThat(held.names()).containsExactly(DnsName.of("device42.contoso.example"));
    assertThat(held.addresses()).hasToString("[10.0.0.42]");
    assertThat(held.permittedRoles()).containsExactly(CertificateRole.CLIENT);
    assertThat(held.notAfter()).isEqualTo(CaWorld.START.plus(Duration.ofDays(90)));
    assertThat(held.leaf().getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void shouldReadPemWithWordsAroundIt() throws Exception {
    String pem = "Certificate Request:\n    Data:\n" + PeerCsr.ofEcKey().pem();
    String marked = "\ufeff" + PeerCsr.ofEcKey().pem().replace("\n", "\r\n");

    assertThat(issue("Device 42", pem.getBytes(StandardCharsets.US_ASCII))).hasSize(3);
    assertThat(issue("Device 43", marked.getBytes(StandardCharsets.UTF_8))).hasSize(3);
  }

  @Test
  void shouldTakeTheNameOfAHostForARequestWithoutNames() throws Exception {
    X509Certificate leaf =
        ca.issueFor(
                "relay.contoso.example",
                PeerCsr.ofEcKey().der(),
                PeerCsr.SERVER,
                Optional.of(Duration.ofDays(1)))
            .get(0);

    assertThat(HeldCertificate.namesOf(leaf)).containsExactly(DnsName.of("relay.contoso.example"));
    assertThat(leaf.getNotAfter()).isEqualTo(CaWorld.START.plus(Duration.ofDays(1)));
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void shouldTakeTheKeysThatTheAgentMakes(KeyAlgorithm algorithm) throws Exception {
    KeyPair keys = algorithm.newKeyPair(CaWorld.RANDOM);

    X509Certificate leaf = issue("Device 42", PeerCsr.of(keys).der()).get(0);

    assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(leaf.getKeyUsage()[2]).isEqualTo(algorithm.family().equals("RSA"));
  }

  static Stream<Arguments> unfit() throws Exception {
    return Stream.of(
        Arguments.of(
            PeerCsr.of(rsa(1024, 65_537)).der(),
            "its RSA key has 1024 bits; make one of rsa with 2048 bits or more, P-256 or P-384"),
        Arguments.of(
            PeerCsr.of(curve("secp521r1")).der(), "its key is on a curve (1.3.132.0.35) that is"),
        Arguments.of(
            PeerCsr.ofEcKey().signedBy(TestCa.newEcKeys()).der(),
            "its signature is not by its own key"),
        Arguments.of(PeerCsr.ofEcKey().asCa().der(), "it asks to be a CA; remove basicConstraints"),
        Arguments.of(
            PeerCsr.ofEcKey().dns("device42.other.example").der(),
            "device42.other.example is outside what issuer internal may certify: contoso.example,"
                + " 10.0.0.0/8; leave it out, or add to issuers.internal.permitted-domains"),
        Arguments.of(
            PeerCsr.ofEcKey().ip("192.0.2.1").der(),
            "192.0.2.1 is outside what issuer internal may certify: contoso.example, 10.0.0.0/8;"
                + " leave it out, or add to issuers.internal.permitted-addresses"),
        Arguments.of(
            PeerCsr.ofEcKey().name(GeneralName.rfc822Name, "a@contoso.example").der(),
            "it has a mail address in subjectAltName; DNS names and IP addresses are certified"),
        Arguments.of(
            PeerCsr.ofEcKey().name(GeneralName.uniformResourceIdentifier, "https://x/").der(),
            "it has a URI in subjectAltName"),
        Arguments.of(
            PeerCsr.ofEcKey().dns("not a name").der(),
            "\"not a name\" is not a DNS name: label \"not a name\" has a character other than"),
        Arguments.of(
            PeerCsr.ofEcKey().dns("*.contoso.example").dns("device42.contoso.example").der(),
            "it asks for *.contoso.example, with which it could pass for any host; name its own"),
        Arguments.of(manyNames(101), "it has 101 names; ask for at most 100"),
        Arguments.of("nonsense".getBytes(StandardCharsets.US_ASCII), "it cannot be read ("),
        Arguments.of(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                .getBytes(StandardCharsets.US_ASCII),
            "it holds a PRIVATE KEY; send the CERTIFICATE REQUEST"),
        Arguments.of(new byte[100_000], "it has 100000 octets; send at most 65536"));
  }

  private static byte[] manyNames(int number) throws Exception {
    PeerCsr csr = PeerCsr.ofEcKey();
    for (int i = 0; i < number; i++) {
      csr.dns("device" + i + ".contoso.example");
    }
    return csr.der();
  }

  @Property(tries = 2_000)
  void whateverIsDamagedShouldBeCertifiedOrRejected(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] damaged =
        PeerCsr.of(DAMAGED).dns("device42.contoso.example").ip("10.0.0.42").asCa().der();
    for (int i = random.nextInt(4); i >= 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    try {
      assertThat(PeerRequest.parse(damaged)).as("it asked to be a CA").isNull();
    } catch (IssuanceException e) {
      assertThat(e.failure()).isInstanceOf(IssuanceFailure.Rejected.class);
    }
  }

  @ParameterizedTest
  @MethodSource("unfit")
  void shouldRefuseWhatIsUnfitAndSayWhatToDo(byte[] csr, String why) {
    assertThatThrownBy(() -> issue("device42", csr))
        .isInstanceOfSatisfying(
            IssuanceException.class,
            e -> assertThat(e.failure()).isInstanceOf(IssuanceFailure.Rejected.class))
        .hasMessageStartingWith("the CA refused: ")
        .hasMessageContaining(why);
    assertThat(directory.resolve("issued")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb", "10.0.0.1", "*.contoso.example", "-", "a/b", "CN=a "})
  void shouldRefuseANameThatIsNone(String name) throws Exception {
    byte[] csr = PeerCsr.ofEcKey().der();

    assertThatThrownBy(() -> issue(name, csr)).hasMessageContaining("is not a name for a peer");
  }

  @Test
  void shouldHoldTheNameItselfToTheConstraints() throws Exception {
    byte[] csr = PeerCsr.ofEcKey().dns("device42.contoso.example").der();

    assertThatThrownBy(() -> issue("mail.other.example", csr))
        .hasMessageContaining("mail.other.example is outside what issuer internal may certify");
  }

  /** Java's validator, for one, reads a common name as a DNS name where there is no other. */
  @Test
  void shouldCertifyNoNameThatValidatorsWouldTakeForOneOutside() throws Exception {
    byte[] csr = PeerCsr.ofEcKey().ip("10.0.0.42").der();

    assertThatThrownBy(() -> issue("device42", csr))
        .hasMessageContaining("is taken for one, and as such is outside what issuer internal may")
        .hasMessageContaining("or call the peer device42.contoso.example");
    for (String name : List.of("device42.contoso.example", "Device 42")) {
      assertThat(ConstraintsTest.accepts(ca, issue(name, csr).subList(0, 2))).isEqualTo(true);
    }
  }

  @Test
  void shouldTakeAnyNameWithoutConstraints() throws Exception {
    LocalCa free = world.with(ConstraintSettings.NONE).open();

    List<X509Certificate> chain =
        free.issueFor("device42", PeerCsr.ofEcKey().der(), PeerCsr.CLIENT, Optional.empty());

    assertThat(ConstraintsTest.accepts(free, chain.subList(0, 2))).isTrue();
  }

  @Test
  void shouldRefuseAServerWithoutAName() throws Exception {
    byte[] csr = PeerCsr.ofEcKey().der();

    assertThatThrownBy(() -> ca.issueFor("device42", csr, PeerCsr.SERVER, Optional.empty()))
        .hasMessageContaining("neither the request nor \"device42\" has any; put subjectAltName");
    assertThatThrownBy(() -> ca.issueFor("device42", csr, Set.of(), Optional.empty()))
        .hasMessageContaining("no role");
  }

  @Test
  void shouldGrantLifetimesUpToHalfOfTheIssuingCas() throws Exception {
    byte[] csr = PeerCsr.ofEcKey().dns("device42.contoso.example").der();
    Duration longest = Duration.ofHours(1825 * 12);

    assertThat(ca.issueFor("device42", csr, PeerCsr.CLIENT, Optional.of(longest))).hasSize(3);
    for (Duration wrong : List.of(longest.plusSeconds(1), Duration.ofSeconds(59), Duration.ZERO)) {
      assertThatThrownBy(() -> ca.issueFor("device42", csr, PeerCsr.CLIENT, Optional.of(wrong)))
          .hasMessageContaining("is not from 1 min to 912 days")
          .hasMessageContaining("change issuers.internal.issuing-lifetime");
    }
  }

  private List<X509Certificate> issue(String name, byte[] csr) throws IssuanceException {
    return ca.issueFor(name, csr, PeerCsr.CLIENT, Optional.empty());
  }

  private static KeyPair rsa(int bits, long exponent) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(bits, BigInteger.valueOf(exponent)));
    return generator.generateKeyPair();
  }

  private static KeyPair curve(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(name));
    return generator.generateKeyPair();
  }
}
