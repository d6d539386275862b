package io.hybridtls.agent.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.chain.TrustedRoots;
import io.hybridtls.agent.imported.Given.GivenCertificate;
import io.hybridtls.agent.imported.Given.GivenKey;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AssemblyTest {

  private static final Authority ROOT = Authority.root("Contoso Root");
  private static final Authority POLICY = ROOT.sub("Contoso Policy CA");
  private static final Authority ISSUING = POLICY.sub("Contoso Issuing CA");
  private static final KeyPair KEYS = TestCa.newEcKeys();
  private static final X509Certificate LEAF =
      ISSUING.leaf("mail.contoso.example", KEYS.getPublic());
  private static final X509Certificate STRANGER = Authority.root("Fabrikam Root").certificate();
  private static final TrustedRoots NOBODY = TrustedRoots.of(List.of());

  @Provide
  Arbitrary<List<Object>> anyOrder() {
    return Arbitraries.shuffle(
        List.<Object>of(
            LEAF,
            ISSUING.certificate(),
            POLICY.certificate(),
            ROOT.certificate(),
            STRANGER,
            KEYS.getPrivate()));
  }

  @Property(tries = 100)
  void anyOrderShouldMakeTheSameChain(@ForAll("anyOrder") List<Object> parts) throws Exception {
    Assembled made = assemble(given(parts), NOBODY);

    assertThat(made.certificates())
        .singleElement()
        .extracting(HeldCertificate::chain)
        .isEqualTo(List.of(LEAF, ISSUING.certificate(), POLICY.certificate()));
    assertThat(made.leftOut()).singleElement().asString().startsWith("\"CN=Fabrikam Root\" (part ");
  }

  @Test
  void whatATrustedRootHasSignedShouldNeedNoRoot() throws Exception {
    Assembled made =
        assemble(
            given(LEAF, ISSUING.certificate(), POLICY.certificate(), KEYS.getPrivate()),
            TrustedRoots.of(List.of(ROOT.certificate())));

    assertThat(chainOf(made)).containsExactly(LEAF, ISSUING.certificate(), POLICY.certificate());
  }

  @Test
  void aMissingIntermediateShouldBeNamedWithItsPlace() {
    assertThatThrownBy(
            () -> assemble(given(LEAF, POLICY.certificate(), ROOT.certificate(), key()), NOBODY))
        .isInstanceOf(UnusableFilesException.class)
        .hasMessage(
            "the chain ends at \"CN=mail.contoso.example\", whose issuer \"CN=Contoso Issuing"
                + " CA\" was not given; add its certificate (AIA says"
                + " http://ca.example/Contoso-Issuing-CA.cer)");
  }

  @Test
  void aRootThatNobodyTrustsAndNobodyGaveShouldBeNamed() {
    assertThatThrownBy(
            () -> assemble(given(LEAF, ISSUING.certificate(), POLICY.certificate(), key()), NOBODY))
        .hasMessageContaining("the chain ends at \"CN=Contoso Policy CA\", whose issuer")
        .hasMessageContaining("\"CN=Contoso Root\" was not given");
  }

  @Test
  void anIssuerOfTheSameNameWithAnotherKeyShouldNotPass() {
    Authority impostor = ROOT.sub("Contoso Policy CA");

    assertThatThrownBy(
            () ->
                assemble(given(LEAF, ISSUING.certificate(), impostor.certificate(), key()), NOBODY))
        .hasMessageContaining("issuer \"CN=Contoso Policy CA\" was not given");
  }

  @Test
  void theCompleteWayShouldWinOverTheLongerOne() throws Exception {
    Authority old = Authority.root("Old Root");
    Authority older = old.sub("Older Way");
    X509Certificate cross = older.crossSigned(POLICY);

    Assembled made =
        assemble(
            given(
                LEAF,
                cross,
                older.certificate(),
                ISSUING.certificate(),
                POLICY.certificate(),
                ROOT.certificate(),
                key()),
            NOBODY);

    assertThat(chainOf(made)).containsExactly(LEAF, ISSUING.certificate(), POLICY.certificate());
    assertThat(made.leftOut()).hasSize(2);
  }

  @Test
  void ofTwoCompleteWaysTheLongerShouldBeServed() throws Exception {
    Authority old = Authority.root("Old Root");
    X509Certificate cross = old.crossSigned(ROOT);

    Assembled made =
        assemble(
            given(
                LEAF,
                cross,
                ISSUING.certificate(),
                POLICY.certificate(),
                ROOT.certificate(),
                key()),
            TrustedRoots.of(List.of(old.certificate())));

    assertThat(chainOf(made))
        .containsExactly(LEAF, ISSUING.certificate(), POLICY.certificate(), cross);
  }

  @Test
  void aRootThatIssuedTheLeafItselfShouldStay() throws Exception {
    X509Certificate leaf = ROOT.leaf("mail.contoso.example", KEYS.getPublic());

    assertThat(chainOf(assemble(given(leaf, ROOT.certificate(), key()), NOBODY)))
        .containsExactly(leaf, ROOT.certificate());
  }

  @Test
  void twoKindsOfKeyShouldMakeTwoCertificatesWithRsaFirst() throws Exception {
    KeyPair rsa = TestCa.newRsaKeys();
    X509Certificate rsaLeaf = ISSUING.leaf("mail.contoso.example", rsa.getPublic());

    Assembled made =
        assemble(
            given(
                LEAF,
                key(),
                rsa.getPrivate(),
                rsaLeaf,
                ISSUING.certificate(),
                POLICY.certificate(),
                ROOT.certificate()),
            NOBODY);

    assertThat(made.certificates())
        .extracting(HeldCertificate::leaf)
        .containsExactly(rsaLeaf, LEAF);
    assertThat(made.leftOut()).isEmpty();
  }

  @Test
  void ofSeveralCertificatesForOneKeyTheNewestShouldBeTaken() throws Exception {
    TestCa ca = TestCa.named("Contoso");
    Instant begin = ca.issuing().getNotBefore().toInstant();
    List<Object> parts = new ArrayList<>(List.of(key(), ca.issuing(), ca.root()));
    for (int age = 0; age < 8; age++) {
      TestCa.Leaf leaf = ca.leaf("mail.contoso.example");
      leaf.validity(begin.minusSeconds(age), begin.plus(Duration.ofDays(90)));
      parts.add(leaf.certify(KEYS.getPublic()).get(0));
    }

    Assembled made = new Assembly(NOBODY, begin.plusSeconds(60)).of(given(parts), List.of());

    assertThat(chainOf(made).get(0).getNotBefore()).isEqualTo(begin);
  }

  @Test
  void aKeptKeyShouldServeWhenNoneIsGiven() throws Exception {
    Assembled made =
        new Assembly(NOBODY, Authority.NOW)
            .of(
                given(LEAF, ISSUING.certificate(), POLICY.certificate(), ROOT.certificate()),
                List.of(new GivenKey(KEYS.getPrivate(), "the agent")));

    assertThat(chainOf(made)).startsWith(LEAF);
  }

  @Test
  void aGivenKeyThatFitsNothingShouldBeNamedThoughAKeptOneFits() {
    assertThatThrownBy(
            () ->
                new Assembly(NOBODY, Authority.NOW)
                    .of(
                        given(LEAF, TestCa.newEcKeys().getPrivate()),
                        List.of(new GivenKey(KEYS.getPrivate(), "the agent"))))
        .hasMessage(
            "the private key in part 2 belongs to none of the certificates that were given:"
                + " \"CN=mail.contoso.example\" (part 1)");
  }

  @Test
  void withoutAnyKeyTheMessageShouldAskForIt() {
    assertThatThrownBy(() -> assemble(given(LEAF), NOBODY))
        .hasMessage(
            "no private key was given, and none that the agent keeps belongs to"
                + " \"CN=mail.contoso.example\" (part 1); give the key, too");
  }

  @Test
  void aKeyAloneShouldAskForACertificate() {
    assertThatThrownBy(() -> assemble(given(key()), NOBODY)).hasMessage("no certificate was given");
  }

  private static Assembled assemble(Given given, TrustedRoots roots) throws UnusableFilesException {
    return new Assembly(roots, Authority.NOW).of(given, List.of());
  }

  private static List<X509Certificate> chainOf(Assembled made) {
    return made.certificates().get(0).chain();
  }

  private static Object key() {
    return KEYS.getPrivate();
  }

  private static Given given(Object... parts) {
    return given(List.of(parts));
  }

  private static Given given(List<?> parts) {
    List<GivenCertificate> certificates = new ArrayList<>();
    List<GivenKey> keys = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String place = "part " + (i + 1);
      if (parts.get(i) instanceof X509Certificate certificate) {
        certificates.add(new GivenCertificate(certificate, place));
      } else if (parts.get(i) instanceof PrivateKey key) {
        keys.add(new GivenKey(key, place));
      }
    }
    return new Given(certificates, keys);
  }
}
