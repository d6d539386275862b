package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceFailure.Unreachable;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders that name the certificate which they replace (RFC 9773, section 5). */
@Timeout(60)
class ReplacementTest extends ScriptedCaCase {

  @ParameterizedTest
  @CsvSource({
    "409,alreadyReplaced,certificate has a replacement order",
    "400,malformed,parsing ARI CertID failed",
    "403,unauthorized,account did not request the certificate being replaced by this order"
  })
  void aReplacementThatIsRefusedShouldBeOrderedAsAnyOther(int status, String type, String words) {
    request = replacing();
    ca.once(NEW_ORDER, problem(status, type, "\"detail\":\"" + words + "\""));
    ca.on(NEW_ORDER, html(502));

    AcmeIssuer issuer = issuer();
    issuer.refreshSuggestions(List.of(request.replaced().orElseThrow().certificate()));
    assertThat(failure(issuer)).isInstanceOf(Unreachable.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(2);
    assertThat(steps)
        .contains(
            "ordering again without naming the certificate that is replaced:"
                + " urn:ietf:params:acme:error:"
                + type
                + ": "
                + words);
  }

  @Test
  void anotherRefusalOfAReplacementShouldStand() {
    request = replacing();
    ca.on(NEW_ORDER, problem(403, "unauthorized", "\"detail\":\"account is deactivated\""));

    AcmeIssuer issuer = issuer();
    issuer.refreshSuggestions(List.of(request.replaced().orElseThrow().certificate()));
    assertThat(failure(issuer)).isInstanceOf(Rejected.class);
    assertThat(Collections.frequency(ca.requests(), NEW_ORDER)).isEqualTo(1);
  }

  @Test
  void onlyACertificateOfThisDirectoryShouldBeReplaced() {
    Generation live = replacing().replaced().orElseThrow();
    AcmeIssuer issuer = issuer();
    assertThat(issuer.replaces(spec(), live)).isFalse();

    issuer.refreshSuggestions(live.certificates());
    assertThat(issuer.replaces(spec(), live)).isTrue();
    assertThat(issuer.replaces(AcmeWorld.spec("other.contoso.example"), live)).isFalse();
    assertThat(
            issuer.replaces(
                spec(), new Generation(live.id(), 1, NOW, "another", "x", live.certificate())))
        .isFalse();
  }

  /** A request whose live certificate the CA answers for. */
  private TestRequest replacing() {
    HeldCertificate live = TestCa.named("Contoso").issue(NAME);
    ca.on(
        "/dir",
        json(
            200,
            """
            {"newNonce":"$/nonce","newAccount":"$/account","newOrder":"$/new-order",
             "renewalInfo":"$/renewal-info"}
            """));
    ca.on(
        "/renewal-info/" + RenewalInfoAnswer.idOf(live.leaf()),
        json(
            200,
            """
            {"suggestedWindow":{"start":"2027-01-20T00:00:00Z","end":"2027-01-22T00:00:00Z"}}
            """));
    return TestRequest.of(spec())
        .replacing(new Generation(CertificateId.of("mail"), 1, NOW, "scripted", "x", live));
  }
}
