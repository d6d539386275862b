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
import io.hybridtls.certstore.testing.TestCa;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code hybridtls status} has of one certificate. */
class CertificateSummaryTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final String NAME = "mail.contoso.example";

  @Test
  void whatStandsAgainstTheNextRenewalShouldBeAmongTheWarnings() {
    CertificateStatus status =
        new CertificateStatus(
            new CertificateSpec(
                MAIL,
                List.of(DnsName.of(NAME)),
                "standing",
                KeyAlgorithm.EC_P256,
                Set.of(CertificateRole.SERVER)),
            Optional.of(
                new Generation(
                    MAIL, 1, NOW, "standing", "test", TestCa.named("Contoso").issue(NAME))),
            Optional.empty(),
            new RenewalDecision.NotDue(NOW, "x"),
            new JournalEntry(
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty()),
            false,
            List.of("the record ends"));

    assertThat(new CertificateSummary(status, NOW).asMap())
        .extractingByKey("warnings")
        .isEqualTo(List.of("the record ends"));
  }
}
