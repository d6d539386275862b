package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.MAIL;
import static io.hybridtls.agent.acme.fault.FaultWorld.SPEC;
import static io.hybridtls.agent.testing.acme.Reply.html;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.ratelimit.RateLimit;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.renewal.RenewalOutcome.Failed;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.renewal.RenewalOutcome.Renewed;
import io.hybridtls.agent.renewal.RenewalOutcome.StillValid;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fate;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import io.hybridtls.agent.testing.acme.UnreliableDisk;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was begun, and what has changed when the agent comes back to it. */
@Timeout(60)
class InterruptedIssuanceTest {

  private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultCa ca = new FaultCa(time);

  @TempDir private Path state;

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldGoOnWithAnOrderThatUsedUpWhatTheCaGrants() throws Exception {
    RateLimits one =
        new RateLimits(
            List.of(
                new RateLimit(RateLimit.Scope.CERTIFICATES_PER_NAME_SET, 1, Duration.ofDays(7))));
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(FaultWorld.start(state, ca, time, one, SPEC).look()).isInstanceOf(Failed.class);
    time.advance(Duration.ofMinutes(10));

    assertThat(FaultWorld.start(state, ca, time, one, SPEC).look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(1));
  }

  @Test
  void shouldFetchWhatAnOperatorAskedForAlthoughItIsNotDue() throws Exception {
    FaultWorld world = renewed();
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(world.force()).isInstanceOf(StillValid.class);
    time.advance(Duration.ofMinutes(10));

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(world.live().orElseThrow().reason())
        .isEqualTo("an earlier issuance has not come to its end");
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
    time.advance(Duration.ofDays(1));
    assertThat(world.look()).isInstanceOf(NotDue.class);
  }

  @Test
  void shouldIssueNothingBecauseARollBackWasCutShort() throws Exception {
    FaultWorld world = renewed();
    assertThat(world.force()).isInstanceOf(Renewed.class);
    Generation first = world.store.find(MAIL, 1).orElseThrow();
    boolean killed = true;
    for (int number = 0; killed; number++) {
      Fate fate = Fate.diesAfter(number);
      try {
        FaultWorld.start(UnreliableDisk.of(state, fate).root(), ca, time, SPEC)
            .coordinator
            .rollBack(first, step -> {});
      } catch (Fate.Killed e) {
        assertThat(fate.isDead()).isTrue();
      }
      killed = fate.isDead();
      time.advance(Duration.ofHours(2));
      assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(NotDue.class);
    }
    assertThat(FaultWorld.start(state, ca, time, SPEC).liveNumber()).isEqualTo(1);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
  }

  @Test
  void shouldNotRepeatWhatAnOperatorAskedForWhenTheCaRefusedIt() throws Exception {
    FaultWorld world = renewed();
    ca.next(RequestKind.FINALIZE, Fault.Misissued.EXPIRED);
    assertThat(world.force()).isInstanceOf(StillValid.class);
    time.advance(Duration.ofDays(3));

    assertThat(world.look()).isInstanceOf(NotDue.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
  }

  @Test
  void shouldHonourWhatTheCaDemandsWhenAnAgentIsKilledThatWasToldNotTo() throws Exception {
    Instant until = time.instant().plus(Duration.ofHours(30));
    ca.next(RequestKind.NEW_ORDER, html(429).header("Retry-After", FaultCa.httpDate(until)));
    assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(Failed.class);
    Fate fate = Fate.diesAfter(30);
    ca.connect(fate);
    try {
      FaultWorld.start(UnreliableDisk.of(state, fate).root(), ca, time, SPEC).force();
    } catch (Fate.Killed killed) {
      ca.mend();
    }
    assertThat(fate.isDead()).isTrue();
    FaultWorld world = FaultWorld.start(state, ca, time, SPEC);

    assertThat(world.journal().failure().orElseThrow()).contains("stopped in the middle");
    assertThat(world.journal().notBefore().orElseThrow()).isAfterOrEqualTo(until);
  }

  @Test
  void shouldOrderWhatIsConfiguredNowInsteadOfWhatWasOrdered() throws Exception {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(Failed.class);
    time.advance(Duration.ofMinutes(10));
    CertificateSpec changed =
        new CertificateSpec(
            MAIL,
            List.of(DnsName.of("mail.contoso.example")),
            SPEC.issuer(),
            KeyAlgorithm.EC_P256,
            SPEC.roles());
    FaultWorld world = FaultWorld.start(state, ca, time, changed);

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent(Set.of("mail.contoso.example"))).isEqualTo(Spent.certificates(1));
    assertThat(Killing.remains(state)).isEmpty();
  }

  @Test
  void shouldGoOnWithTheKeyOfTheOrderWhenAnotherIsToBeUsedFromNowOn() throws Exception {
    FaultWorld before = renewed();
    time.advance(Duration.ofDays(61));
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(before.look()).isInstanceOf(StillValid.class);
    time.advance(Duration.ofMinutes(10));
    FaultWorld world = FaultWorld.start(state, ca, time, SPEC.withReusedKey());

    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
  }

  @Test
  void shouldForgetWhatWasBegunForACertificateThatIsConfiguredNoMore() throws Exception {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(Failed.class);
    assertThat(Killing.remains(state)).hasSize(2);
    CertificateSpec other =
        new CertificateSpec(
            CertificateId.of("web"), SPEC.names(), SPEC.issuer(), SPEC.key(), SPEC.roles());
    FaultWorld.start(state, ca, time, other);

    assertThat(Killing.remains(state)).isEmpty();
  }

  @Test
  void shouldOrderAnewWhenTheKeyOfTheOrderIsDamaged() throws Exception {
    damageAfterFinalize("keys/", "draft.");

    expectAnotherCertificate();
  }

  @Test
  void shouldOrderAnewWhenTheNoteOfTheOrderIsDamaged() throws Exception {
    damageAfterFinalize("drafts/", "");

    expectAnotherCertificate();
  }

  @Test
  void shouldOrderAnewAtAnotherCa() throws Exception {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(Failed.class);
    ca.close();
    time.advance(Duration.ofMinutes(10));
    try (FaultCa another = new FaultCa(time)) {
      FaultWorld world = FaultWorld.start(state, another, time, SPEC);

      assertThat(world.look()).isInstanceOf(Renewed.class);
      assertThat(another.spent()).isEqualTo(Spent.certificates(1));
      assertThat(world.steps())
          .anyMatch(step -> step.endsWith(ca.directory() + " leads to nothing any more"));
    }
  }

  private FaultWorld renewed() throws Exception {
    FaultWorld world = FaultWorld.start(state, ca, time, SPEC);
    assertThat(world.look()).isInstanceOf(Renewed.class);
    time.advance(Duration.ofDays(1));
    return world;
  }

  private void damageAfterFinalize(String folder, String prefix)
      throws IOException, StoreException {
    ca.next(RequestKind.FINALIZE, Fault.Lost.REPLY);
    assertThat(FaultWorld.start(state, ca, time, SPEC).look()).isInstanceOf(Failed.class);
    try (Stream<Path> all = Files.walk(state.resolve(folder))) {
      Path file =
          all.filter(Files::isRegularFile)
              .filter(each -> String.valueOf(each.getFileName()).startsWith(prefix))
              .findFirst()
              .orElseThrow();
      Files.writeString(file, "damaged");
    }
    time.advance(Duration.ofMinutes(10));
  }

  private void expectAnotherCertificate() throws IOException, StoreException {
    FaultWorld world = FaultWorld.start(state, ca, time, SPEC);
    assertThat(world.look()).isInstanceOf(Renewed.class);
    assertThat(ca.spent()).isEqualTo(Spent.certificates(2));
    assertThat(Killing.remains(state)).isEmpty();
  }
}
