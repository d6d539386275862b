package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IssuedChainTest {

  private static final Instant FROM = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant TO = FROM.plus(Duration.ofDays(90));

  private final TestCa ca = TestCa.named("Contoso");
  private final KeyPair keys = TestCa.newEcKeys();

  @Test
  void shouldTakeWhatWasOrdered() throws Exception {
    assertThat(check(served("a.example", "b.example"), FROM, "b.example", "a.example").names())
        .hasSize(2);
  }

  @Test
  void shouldTakeMoreNamesThanWereOrdered() throws Exception {
    assertThat(check(served("a.example", "www.a.example"), FROM, "a.example").names()).hasSize(2);
  }

  @Test
  void shouldRefuseACertificateThatLacksAName() {
    assertThatThrownBy(() -> check(served("a.example"), FROM, "a.example", "b.example"))
        .hasMessageContaining("it lacks the names [b.example]");
  }

  @Test
  void shouldRefuseACertificateOfAnotherKey() {
    assertThatThrownBy(() -> check(ca.issue("a.example"), FROM, "a.example"))
        .hasMessageContaining("does not belong to the certificate");
  }

  @Test
  void shouldRefuseACertificateThatIsNotValidNow() throws Exception {
    HeldCertificate served = served("a.example");

    assertThat(check(served, FROM.minus(IssuedChain.SKEW), "a.example")).isNotNull();
    assertThat(check(served, TO.minusSeconds(1), "a.example")).isNotNull();
    assertThatThrownBy(
            () -> check(served, FROM.minus(IssuedChain.SKEW).minusSeconds(1), "a.example"))
        .isInstanceOfSatisfying(
            IssuanceException.class, e -> assertThat(e.failure()).isInstanceOf(Rejected.class))
        .hasMessageContaining("the clock of this machine says 2026-11-23T11:54:59Z");
    assertThatThrownBy(() -> check(served, TO, "a.example"))
        .hasMessageContaining("it is valid from 2026-11-23T12:00:00Z to 2027-02-21T12:00:00Z");
  }

  private HeldCertificate served(String... names) {
    return ca.leaf(names).keys(keys).validity(FROM, TO).issue();
  }

  private HeldCertificate check(HeldCertificate served, Instant now, String... ordered)
      throws IssuanceException {
    CertificateSpec spec =
        new CertificateSpec(
            CertificateId.of("mail"),
            Stream.of(ordered).map(DnsName::of).toList(),
            "letsencrypt",
            KeyAlgorithm.EC_P256,
            Set.of(CertificateRole.SERVER));
    return IssuedChain.check(spec, keys, List.copyOf(served.chain()), now);
  }
}
