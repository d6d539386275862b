package io.hybridtls.agent.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.hybridtls.agent.lifecycle.ReloadResult;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A private CA whose records cannot be read, beside another that is whole. */
@Timeout(60)
class DamagedPrivateCaTest {

  private static final String CONFIG =
      TestAgent.config()
          + """
          issuers { partners { type = local-ca, name = "Partners" } }
          """;
  private static final String WEB =
      "certificates { web { names = [\"web.contoso.example\"], issuer = partners, key = ec-p256 }"
          + " }\n";

  @TempDir private Path folder;
  private Path damaged;
  private Generation first;

  @BeforeEach
  void damage() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, CONFIG)) {
      first = agent.awaitLive("mail");
    }
    damaged = folder.resolve("state/authorities/internal/issued/1.json");
    Files.writeString(damaged, "{ \"serial\": \"1\" }");
  }

  @Test
  void everythingButTheCaShouldGoOn() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, CONFIG + WEB)) {
      assertThat(agent.awaitLive("mail").certificate().leaf())
          .isEqualTo(first.certificate().leaf());
      assertThat(agent.awaitLive("web").issuer()).isEqualTo("partners");
      assertThat(agent.listeners()).containsExactly("mx");
      assertThat(agent.issue("partners")).containsEntry("exit", 0);
      assertThat(agent.agent().rootOf("partners")).isPresent();
    }
  }

  @Test
  void theCaShouldDoNothingAndSayWhy() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, CONFIG)) {
      assertThat(agent.agent().rootOf("internal")).as("whom to trust").isEmpty();
      RenewalOutcome outcome = agent.agent().renew(CertificateId.of("mail"), /* force= */ true);
      assertThat(outcome).isInstanceOf(RenewalOutcome.StillValid.class);
      assertThat(outcome.describe())
          .contains("issuers.internal: " + damaged + " cannot be read")
          .contains("then run \"hybridtls reload\"");
      assertRefused(agent.issue("internal"));
      assertRefused(revoked(agent, first.certificate().serial()));
      assertRefused(revoked(agent, "mail"));
      assertThat(agent.status().get("private-cas"))
          .asInstanceOf(LIST)
          .first(MAP)
          .containsEntry("issuer", "internal")
          .containsOnlyKeys("issuer", "error")
          .extractingByKey("error")
          .asString()
          .startsWith("issuers.internal: " + damaged + " cannot be read");
    }
  }

  @Test
  void aReloadShouldGoOnWithoutTheCaAndTakeItBackOnceItIsMended() throws Exception {
    try (TestAgent agent = TestAgent.start(folder, CONFIG)) {
      assertThat(agent.reload(CONFIG + WEB).applied()).isTrue();
      assertThat(agent.awaitLive("web").issuer()).isEqualTo("partners");
      assertThat(agent.agent().rootOf("internal")).isEmpty();

      Files.delete(damaged);
      assertThat(agent.reload(CONFIG + WEB).applied()).isTrue();

      assertThat(agent.agent().rootOf("internal")).isPresent();
      assertThat(agent.issue("internal")).containsEntry("exit", 0);
      assertThat(agent.agent().renew(CertificateId.of("mail"), /* force= */ true).exitCode())
          .isZero();
    }
  }

  @Test
  void aCaThatIsNewAndCannotBeOpenedShouldKeepTheOldConfiguration() throws Exception {
    String without = CONFIG.replace("internal", "partners").replaceFirst("(?m)^issuers.*\n", "");
    try (TestAgent agent = TestAgent.start(folder, without)) {
      ReloadResult result = agent.reload(CONFIG);

      assertThat(result.applied()).isFalse();
      assertThat(result.message())
          .startsWith("issuers.internal: " + damaged + " cannot be read")
          .endsWith("; nothing was changed");
    }
  }

  private void assertRefused(Map<String, Object> answer) {
    assertThat(answer).containsEntry("exit", 1);
    assertThat(answer.get("error")).asString().startsWith("issuers.internal: " + damaged);
  }

  private static Map<String, Object> revoked(TestAgent agent, String which) {
    return agent.ask("POST /v1/certificate/revoke", Map.of("certificate", List.of(which)));
  }
}
