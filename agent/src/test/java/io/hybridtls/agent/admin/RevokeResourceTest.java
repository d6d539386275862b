package io.hybridtls.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.localca.ConstraintSettings;
import io.hybridtls.agent.localca.LifetimeSettings;
import io.hybridtls.agent.localca.LocalCa;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.renewal.IssuanceDrafts;
import io.hybridtls.agent.renewal.IssuanceJournal;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RevokedCertificates;
import io.hybridtls.agent.testing.InMemoryCertificateStore;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.testing.TestCa;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a private CA takes back, and what follows for a key that is kept from renewal to renewal.
 */
class RevokeResourceTest {

  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId WEB = CertificateId.of("web");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  @TempDir private Path folder;
  private final LiveCertificateRegistry live = LiveCertificateRegistry.empty();
  private final InMemoryCertificateStore store = new InMemoryCertificateStore();
  private LocalCa ca;
  private RenewalCoordinator coordinator;
  private RevokeResource resource;

  @BeforeEach
  void issue() throws Exception {
    Duration year = Duration.ofDays(365);
    LifetimeSettings lifetimes =
        new LifetimeSettings(year.multipliedBy(10), year.multipliedBy(5), Duration.ofDays(90));
    ca =
        LocalCa.open(
            new LocalCaSettings(
                "internal", "Contoso Mail", lifetimes, ConstraintSettings.NONE, Optional.empty()),
            new InMemoryCertificateStore(),
            folder,
            CLOCK,
            RANDOM);
    RenewalPlan plan =
        new RenewalPlan(
            CertificateInventory.of(List.of(spec(MAIL), spec(WEB))),
            Map.of("internal", ca.issuer()));
    coordinator = coordinator(plan);
    resource =
        new RevokeResource(
            new ManagedCertificates(() -> plan, store, live),
            new LocalCas(
                () -> Set.of("internal"),
                name -> Optional.of(ca).filter(c -> name.equals("internal")),
                name -> Optional.of("it is damaged").filter(d -> name.equals("damaged"))),
            coordinator);
    coordinator.check(MAIL);
    coordinator.check(WEB);
  }

  @Test
  void whatHasTheCompromisedKeyOfAnEarlierOneShouldBeReplacedToo() {
    String key = keyOf(MAIL);
    coordinator.renew(MAIL, true, step -> {});
    assertThat(keyOf(MAIL)).isEqualTo(key);

    Map<String, ?> answer =
        ask("certificate", "mail", "generation", "1", "reason", "key-compromise");

    assertThat(answer.get("exit")).isEqualTo(0);
    assertThat(String.valueOf(answer.get("text"))).contains("mail: generation mail/3 is live");
    assertThat(keyOf(MAIL)).isNotEqualTo(key);
    assertThat(live(WEB).number()).isEqualTo(1);
  }

  @Test
  void anEarlierOneShouldNotReplaceWhatHasAnotherKeyOrAnotherReason() {
    coordinator.renew(MAIL, true, step -> {});

    ask("certificate", "mail", "generation", "1", "reason", "superseded");

    assertThat(live(MAIL).number()).isEqualTo(2);
  }

  @Test
  void theKeysOfWhatACompromisedIssuingCaHasSignedShouldStay() {
    String key = keyOf(MAIL);
    String issuing = ca.issuing().get(0).getSerialNumber().toString(16);

    Map<String, ?> answer = ask("certificate", issuing, "reason", "key-compromise");

    assertThat(String.valueOf(answer.get("text")))
        .contains("mail: generation mail/2 is live", "web: generation web/2 is live");
    assertThat(live(MAIL).reason()).contains("revoked", "(its issuing CA: key-compromise)");
    assertThat(keyOf(MAIL)).isEqualTo(key);
  }

  @Test
  void aPrivateCaThatIsOutOfUseShouldNotKeepAnotherFromRevoking() throws Exception {
    Generation other =
        store.append(
            WEB, List.of(TestCa.named("Other").issue("web.contoso.example")), "damaged", "test");
    live.publish(List.of(other));
    String serial = live(MAIL).certificate().serial();

    Map<String, ?> answer = ask("certificate", serial, "reason", "superseded");

    assertThat(String.valueOf(answer.get("text"))).contains("mail: generation mail/2 is live");
  }

  @Test
  void whatThePrivateCaHasNotSignedShouldBeRefusedAndStay() throws Exception {
    Generation foreign =
        store.append(
            MAIL, List.of(TestCa.named("Other").issue("mail.contoso.example")), "internal", "test");

    assertThatThrownBy(
            () -> ask("certificate", "mail", "generation", String.valueOf(foreign.number())))
        .isInstanceOf(RefusedRequestException.class)
        .hasMessageContaining("local CA internal has issued no certificate with serial");

    assertThat(coordinator.isRevoked(foreign)).isFalse();
    assertThat(live(MAIL).number()).isEqualTo(1);
  }

  private Map<String, ?> ask(String... parameters) {
    Map<String, List<String>> query = new HashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      query.put(parameters[i], List.of(parameters[i + 1]));
    }
    return resource.answer(query, told -> {});
  }

  private Generation live(CertificateId id) {
    return live.snapshot().find(id).orElseThrow();
  }

  private String keyOf(CertificateId id) {
    return live(id).certificate().spkiSha256();
  }

  private static CertificateSpec spec(CertificateId id) {
    return new CertificateSpec(
            id,
            List.of(DnsName.of(id.value() + ".contoso.example")),
            "internal",
            KeyAlgorithm.EC_P256,
            Set.of(CertificateRole.SERVER))
        .withReusedKey();
  }

  private RenewalCoordinator coordinator(RenewalPlan plan) throws Exception {
    RevokedCertificates revoked = RevokedCertificates.open(folder.resolve("revoked"), CLOCK);
    return new RenewalCoordinator(
        () -> plan,
        new RenewalPolicy(),
        store,
        live,
        new GenerationActivator(
            store, new ActivationGate(), live, generation -> List.of(), CLOCK, /* keep */ 5),
        IssuanceJournal.open(folder.resolve("journal")),
        IssuanceDrafts.open(
            folder.resolve("drafts"), new InMemoryKeyVault(), revoked, CLOCK, RANDOM),
        RateLimitLedger.inMemory(),
        revoked,
        CLOCK);
  }
}
