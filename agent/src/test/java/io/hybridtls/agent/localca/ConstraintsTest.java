package io.hybridtls.agent.localca;

import static io.hybridtls.agent.localca.CaWorld.permitting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.localca.CertificateTemplate.Validity;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.inbound.AddressRange;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a constrained CA certifies, and what validators take from it. */
class ConstraintsTest {

  private static final ConstraintSettings CONTOSO =
      permitting(List.of("contoso.example"), List.of("10.0.0.0/8"));

  @Test
  void shouldMarkTheIssuingCaCritically(@TempDir Path directory) throws Exception {
    HeldCertificate held = CaWorld.issue(new CaWorld(directory).with(CONTOSO).open());
    X509Certificate issuing = CaWorld.issuerOf(held);
    NameConstraints constraints =
        NameConstraints.getInstance(
            ASN1OctetString.getInstance(issuing.getExtensionValue("2.5.29.30")).getOctets());

    assertThat(issuing.getCriticalExtensionOIDs()).contains("2.5.29.30");
    assertThat(constraints.getPermittedSubtrees())
        .extracting(subtree -> subtree.getBase().toString())
        .containsExactly("2: contoso.example", "7: #0a000000ff000000");
    assertThat(constraints.getExcludedSubtrees()).isNull();
  }

  @Test
  void shouldRefuseToCertifyWhatIsOutside(@TempDir Path directory) throws Exception {
    LocalCa ca = new CaWorld(directory).with(CONTOSO).open();
    CertificateSpec spec = spec("mail.contoso.example", "mail.other.example");

    assertThatThrownBy(() -> CaWorld.issue(ca, spec))
        .isInstanceOfSatisfying(
            IssuanceException.class,
            e -> assertThat(e.failure()).isInstanceOf(IssuanceFailure.Misconfigured.class))
        .hasMessage(
            "certificates.mail.names: mail.other.example is outside what issuer internal may"
                + " certify: contoso.example, 10.0.0.0/8; leave it out, or add to"
                + " issuers.internal.permitted-domains");
    assertThatThrownBy(
            () ->
                CaWorld.issue(
                    ca,
                    spec("mail.contoso.example")
                        .withAddresses(List.of(IpAddress.of("2001:db8::1")))))
        .hasMessageContaining("2001:db8::1 is outside what issuer internal may certify");
  }

  @Test
  void shouldPermitWholeDomainsWithTheirWildcardsAndNothingBeside() {
    assertThat(CONTOSO.permit(DnsName.of("contoso.example"))).isTrue();
    assertThat(CONTOSO.permit(DnsName.of("a.b.contoso.example"))).isTrue();
    assertThat(CONTOSO.permit(DnsName.of("*.contoso.example"))).isTrue();
    assertThat(CONTOSO.permit(DnsName.of("notcontoso.example"))).isFalse();
    assertThat(CONTOSO.permit(DnsName.of("*.example"))).isFalse();
    assertThat(permitting(List.of("a.example"), List.of()).permit(IpAddress.of("10.0.0.1")))
        .isFalse();
    assertThat(ConstraintSettings.NONE.permit(DnsName.of("a.example"))).isTrue();
  }

  @Test
  void shouldMakeANewIssuingCaWhenTheyChangeAndTakeTheOldOneBack(@TempDir Path directory)
      throws Exception {
    CaWorld world = new CaWorld(directory);
    X509Certificate free = CaWorld.issuerOf(CaWorld.issue(world.open()));
    X509Certificate constrained = CaWorld.issuerOf(CaWorld.issue(world.with(CONTOSO).open()));

    assertThat(constrained).isNotEqualTo(free);
    assertThat(CaWorld.issuerOf(CaWorld.issue(world.open()))).isEqualTo(constrained);
    assertThat(CaWorld.issuerOf(CaWorld.issue(world.with(ConstraintSettings.NONE).open())))
        .isEqualTo(free);
    assertThat(world.store.generations(CertificateId.of("issuing"))).hasSize(2);
  }

  /** Whoever had the issuing CA's key could sign anything; peers would not take it. */
  @Test
  void validatorsShouldRefuseWhatIsOutside(@TempDir Path directory) throws Exception {
    CaWorld world = new CaWorld(directory).with(permitting(List.of("contoso.example"), List.of()));
    LocalCa ca = world.open();

    assertThat(accepts(world, ca, List.of("mail.contoso.example"), List.of())).isTrue();
    assertThat(accepts(world, ca, List.of("mail.other.example"), List.of())).isFalse();
    assertThat(accepts(world, ca, List.of("mail.contoso.example"), List.of("10.0.0.1"))).isFalse();
    assertThat(accepts(world, ca, List.of(), List.of("2001:db8::1"))).isFalse();
  }

  @Test
  void validatorsShouldTakeBothFamilies(@TempDir Path directory) throws Exception {
    CaWorld world =
        new CaWorld(directory)
            .with(
                permitting(
                    List.of("contoso.example"),
                    List.of("10.0.0.0/8", "2001:db8::/32", "192.0.2.0/24")));
    LocalCa ca = world.open();

    assertThat(accepts(world, ca, List.of(), List.of("10.1.2.3", "2001:db8::1", "192.0.2.1")))
        .isTrue();
    assertThat(accepts(world, ca, List.of(), List.of("2001:db9::1"))).isFalse();
    assertThat(accepts(world, ca, List.of("mail.other.example"), List.of("10.1.2.3"))).isFalse();
  }

  /** What the agent permits is what a validator of its own kind takes from the extension. */
  @Property(tries = 300)
  void theExtensionShouldSayWhatTheSettingsSay(
      @ForAll @Size(4) byte[] network,
      @ForAll @Size(4) byte[] address,
      @ForAll @IntRange(max = 32) int prefix,
      @ForAll @IntRange(max = 32) int common)
      throws Exception {
    byte[] base = masked(network, prefix);
    ConstraintSettings settings =
        new ConstraintSettings(
            List.of(DnsName.of("contoso.example")),
            List.of(new AddressRange(InetAddress.getByAddress(base), prefix)));
    byte[] near = mixed(base, address, common);

    assertThat(settings.permit(IpAddress.of(InetAddress.getByAddress(near))))
        .isEqualTo(taken(settings, near));
  }

  private static boolean taken(ConstraintSettings settings, byte[] address) {
    NameConstraints constraints = NameConstraintsExtension.of(settings).orElseThrow();
    PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
    validator.intersectPermittedSubtree(constraints.getPermittedSubtrees());
    GeneralName name = new GeneralName(GeneralName.iPAddress, new DEROctetString(address));
    try {
      validator.checkPermitted(name);
      return true;
    } catch (NameConstraintValidatorException e) {
      return false;
    }
  }

  private static byte[] masked(byte[] network, int prefix) {
    return mixed(network, new byte[network.length], prefix);
  }

  /** The first {@code bits} of one, the rest of the other. */
  private static byte[] mixed(byte[] one, byte[] other, int bits) {
    byte[] result = other.clone();
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >>> (bit % 8);
      result[bit / 8] = (byte) ((result[bit / 8] & ~mask) | (one[bit / 8] & mask));
    }
    return result;
  }

  private static boolean accepts(
      CaWorld world, LocalCa ca, List<String> names, List<String> addresses) throws Exception {
    HeldCertificate issuing =
        world.store.active(CertificateId.of("issuing")).orElseThrow().certificate();
    return accepts(ca, List.of(signedByThief(issuing, names, addresses), issuing.leaf()));
  }

  static boolean accepts(LocalCa ca, List<X509Certificate> chain) throws Exception {
    PKIXParameters parameters =
        new PKIXParameters(Set.of(new TrustAnchor(ca.roots().get(0), null)));
    parameters.setDate(Date.from(CaWorld.START));
    parameters.setRevocationEnabled(false);
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
      return true;
    } catch (CertPathValidatorException e) {
      return false;
    }
  }

  static X509Certificate signedByThief(
      HeldCertificate issuing, List<String> names, List<String> addresses) throws Exception {
    KeyPair keys = TestCa.newEcKeys();
    Validity validity =
        new Validity(issuing.notBefore(), issuing.notBefore().plus(Duration.ofDays(90)));
    return new CertificateTemplate(
            CommonNames.subjectOf(issuing.leaf()),
            CommonNames.of("a thief"),
            keys.getPublic(),
            new SerialNumbers(CaWorld.RANDOM).next(),
            validity)
        .endEntity(Set.of(CertificateRole.SERVER), false)
        .names(
            names.stream().map(DnsName::of).toList(),
            addresses.stream().map(IpAddress::of).toList())
        .issuedBy(issuing.leaf())
        .sign(issuing.key());
  }

  private static CertificateSpec spec(String... names) {
    return CaWorld.spec(KeyAlgorithm.EC_P256, Set.of(CertificateRole.SERVER), names);
  }
}
