package io.hybridtls.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceDrafts;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceJournal;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RevokedCertificates;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewResourceTest {

  private static final TestCa CA = TestCa.named("Contoso");
  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId WEB = CertificateId.of("web");
  private static final Instant NOW =
      CA.root().getNotBefore().toInstant().plus(Duration.ofDays(100));

  @TempDir private Path folder;
  private final LiveCertificateRegistry live = LiveCertificateRegistry.empty();
  private final List<Map<String, Object>> progress = new ArrayList<>();
  private Map<String, Object> result = Map.of();
  private final Queue<Runnable> background = new ArrayDeque<>();
  private CertificateIssuer issuer = (request, progress) -> issue(request);
  private List<Proof> proofs = List.of();
  private RenewResource resource;

  @BeforeEach
  void configure() throws Exception {
    CertificateInventory inventory = CertificateInventory.of(List.of(spec(MAIL), spec(WEB)));
    RenewalPlan plan =
        new RenewalPlan(
            inventory,
            Map.of(
                "internal",
                (request, steps) -> {
                  steps.step("signing");
                  return issuer.issue(request, steps);
                }));
    resource = new RenewResource(coordinator(plan), plan.inventory()::ids, background::add);
  }

  @Test
  void eachStepAndOutcomeShouldBeToldAndTheEndShouldHaveThemAll() throws Exception {
    ask("id", "mail", "wait", "true");

    assertThat(progress.get(0))
        .isEqualTo(
            Map.of(
                "certificate",
                "mail",
                "step",
                "asking issuer internal for a certificate, because no certificate is held yet"));
    assertThat(progress).contains(Map.of("certificate", "mail", "step", "signing"));
    Object outcome = progress.get(progress.size() - 1).get("outcome");
    assertThat(outcome)
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("certificate", "mail")
        .containsEntry("outcome", "renewed")
        .containsEntry("exit", 0);
    assertThat(result).isEqualTo(Map.of("exit", 0, "outcomes", List.of(outcome)));
  }

  @Test
  void whatIsNotDueShouldBeSaidAndCountAsDone() throws Exception {
    ask("id", "mail", "wait", "true");
    ask("id", "mail", "wait", "true");

    assertThat(exit()).isEqualTo(0);
    assertThat(outcomes()).containsExactly("not-due");
  }

  @Test
  void aFailureWithNothingValidInUseShouldBe1() throws Exception {
    issuer = unreachable();

    ask("id", "mail", "wait", "true");

    assertThat(exit()).isEqualTo(1);
    assertThat(outcomes()).containsExactly("failed");
  }

  @Test
  void aFailureWithAValidOneInUseShouldBe5() throws Exception {
    ask("id", "mail", "wait", "true");
    issuer = unreachable();

    ask("id", "mail", "wait", "true", "force", "true");

    assertThat(exit()).isEqualTo(5);
    assertThat(outcomes()).containsExactly("still-valid");
  }

  @Test
  void whatNoListenerPresentsShouldBe6() throws Exception {
    proofs = List.of(new Proof.Unanswered("mx", "the connection was refused"));

    ask("id", "mail", "wait", "true");

    assertThat(exit()).isEqualTo(6);
    assertThat(outcomes()).containsExactly("stored-not-live");
  }

  @Test
  void theWorstOfSeveralShouldCount() throws Exception {
    issuer =
        (request, progress) ->
            request.spec().id().equals(WEB)
                ? issue(request)
                : unreachable().issue(request, progress);
    proofs = List.of(new Proof.Unanswered("mx", "the connection was refused"));

    ask("wait", "true");

    assertThat(outcomes()).containsExactly("failed", "stored-not-live");
    assertThat(exit()).isEqualTo(1);
  }

  @Test
  void anUnknownCertificateShouldBe2AndNameThoseThatThereAre() throws Exception {
    ask("id", "mail", "id", "mial", "wait", "true");

    assertThat(result)
        .isEqualTo(
            Map.of(
                "exit", 2, "error", "there is no certificate \"mial\"; configured are mail, web"));
    assertThat(live.snapshot().generations()).isEmpty();
  }

  @Test
  void whatIsNoIdAtAllShouldBe2() throws Exception {
    ask("id", "../secret", "wait", "true");

    assertThat(exit()).isEqualTo(2);
  }

  @Test
  void aCertificateThatIsNamedTwiceShouldBeRenewedOnce() throws Exception {
    ask("id", "mail", "id", "mail", "wait", "true", "force", "true");

    assertThat(outcomes()).containsExactly("renewed");
    assertThat(live.snapshot().find(MAIL)).hasValueSatisfying(g -> assertThat(g.number()).isOne());
  }

  @Test
  void withoutWaitItShouldBeAnsweredAtOnceAndDoneInTheBackground() throws Exception {
    ask("id", "mail");

    assertThat(progress).isEmpty();
    assertThat(result)
        .isEqualTo(Map.of("exit", 0, "text", "asked for mail; hybridtls status shows how it goes"));
    assertThat(live.snapshot().find(MAIL)).isEmpty();
    background.remove().run();
    assertThat(live.snapshot().find(MAIL)).isPresent();
  }

  @Test
  void aWatcherWhoGoesAwayShouldNotStopWhatWasAskedFor() throws Exception {
    resource.answer(
        Map.of("wait", List.of("true")),
        told -> {
          progress.add(new HashMap<>(told));
          throw new IOException("Broken pipe");
        });

    assertThat(progress).hasSize(1);
    assertThat(live.snapshot().find(MAIL)).isPresent();
    assertThat(live.snapshot().find(WEB)).isPresent();
    ask("wait", "true");
    assertThat(outcomes()).containsExactly("not-due", "not-due");
  }

  private void ask(String... parameters) {
    progress.clear();
    Map<String, List<String>> query = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      query.computeIfAbsent(parameters[i], name -> new ArrayList<>()).add(parameters[i + 1]);
    }
    result = new HashMap<>(resource.answer(query, told -> progress.add(new HashMap<>(told))));
  }

  private @Nullable Object exit() {
    return result.get("exit");
  }

  private List<String> outcomes() {
    assertThat(result.get("outcomes")).isInstanceOf(List.class);
    return ((List<?>) result.get("outcomes"))
        .stream().map(outcome -> String.valueOf(((Map<?, ?>) outcome).get("outcome"))).toList();
  }

  private static HeldCertificate issue(IssuanceRequest request) throws IssuanceException {
    return CA.leaf(request.spec().names().stream().map(DnsName::value).toArray(String[]::new))
        .keys(request.keys())
        .validity(NOW, NOW.plus(Duration.ofDays(90)))
        .issue();
  }

  private static CertificateIssuer unreachable() {
    return (request, progress) -> {
      throw new IssuanceException(new IssuanceFailure.Unreachable("connection refused"));
    };
  }

  private static CertificateSpec spec(CertificateId id) {
    return new CertificateSpec(
        id,
        List.of(DnsName.of(id.value() + ".contoso.example")),
        "internal",
        KeyAlgorithm.EC_P256,
        Set.of(CertificateRole.SERVER, CertificateRole.CLIENT));
  }

  private RenewalCoordinator coordinator(RenewalPlan plan) throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    InMemoryCertificateStore store = new InMemoryCertificateStore();
    RevokedCertificates revoked = RevokedCertificates.open(folder.resolve("revoked"), clock);
    return new RenewalCoordinator(
        () -> plan,
        new RenewalPolicy(),
        store,
        live,
        new GenerationActivator(
            store, new ActivationGate(), live, generation -> proofs, clock, /* keep */ 5),
        IssuanceJournal.open(folder.resolve("journal")),
        IssuanceDrafts.open(
            folder.resolve("drafts"), new InMemoryKeyVault(), revoked, clock, new SecureRandom()),
        RateLimitLedger.inMemory(),
        revoked,
        clock);
  }
}
