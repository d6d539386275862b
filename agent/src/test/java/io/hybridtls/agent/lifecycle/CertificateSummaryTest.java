package io.hybridtls.agent.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.renewal.CertificateStatus;
import io.hybridtls.agent.renewal.JournalEntry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code hybridtls status} has of one certificate. */
class CertificateSummaryTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant BEGIN = NOW.minusSeconds(86_400);
  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final String NAME = "mail.contoso.example";

  private static final TestCa CA = TestCa.named("Contoso");

  @Test
  void whatStandsAgainstTheNextRenewalShouldBeAmongTheWarnings() {
    assertThat(
            summary(
                List.of("the record ends"),
                CA.leaf(NAME).validity(BEGIN, NOW.plusSeconds(60)).issue()))
        .containsEntry("warnings", List.of("the record ends"));
  }

  @Test
  void ofSeveralKeysTheEarliestEndShouldCount() {
    HeldCertificate first = CA.leaf(NAME).rsa().validity(BEGIN, NOW.plusSeconds(60)).issue();
    HeldCertificate ended = CA.leaf(NAME).validity(BEGIN, NOW).issue();

    assertThat(summary(List.of(), first, ended))
        .containsEntry("serial", first.serial())
        .containsEntry("not-after", NOW.toString())
        .containsEntry("expired", true);
    assertThat(summary(List.of(), first)).containsEntry("expired", false);
  }

  @Test
  void aLackOfAnyKeyShouldBeSaidWithItsKind() {
    HeldCertificate whole = CA.leaf(NAME).rsa().validity(BEGIN, NOW.plusSeconds(60)).issue();
    HeldCertificate lacking =
        CA.leaf(NAME).roles(CertificateRole.CLIENT).validity(BEGIN, NOW.plusSeconds(60)).issue();
    String lack =
        " lacks the key purpose serverAuth: peers that insist on it refuse the certificate on our"
            + " listeners";

    assertThat(summary(List.of(), whole, lacking))
        .containsEntry("warnings", List.of("its ec-p256 certificate" + lack));
    assertThat(summary(List.of(), lacking)).containsEntry("warnings", List.of("it" + lack));
  }

  @Test
  void aCertificateThatIsNotValidYetShouldBeWarnedOf() {
    Instant start = NOW.plusSeconds(301);
    HeldCertificate early = CA.leaf(NAME).validity(start, NOW.plusSeconds(86_400)).issue();
    HeldCertificate skewed =
        CA.leaf(NAME).validity(NOW.plusSeconds(300), NOW.plusSeconds(86_400)).issue();

    assertThat(summary(List.of(), early))
        .containsEntry(
            "warnings",
            List.of(
                "it is valid from "
                    + start
                    + " only: peers refuse it until then; check the clock of this machine"));
    assertThat(summary(List.of(), skewed)).containsEntry("warnings", List.of());
  }

  private static Map<String, Object> summary(List<String> warnings, HeldCertificate... live) {
    CertificateStatus status =
        new CertificateStatus(
            new CertificateSpec(
                MAIL,
                List.of(DnsName.of(NAME)),
                "standing",
                KeyAlgorithm.EC_P256,
                Set.of(CertificateRole.SERVER)),
            Optional.of(new Generation(MAIL, 1, NOW, "standing", "test", List.of(live))),
            Optional.empty(),
            new RenewalDecision.NotDue(NOW, "x"),
            new JournalEntry(
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty()),
            false,
            warnings);
    return new CertificateSummary(status, NOW).asMap();
  }
}
