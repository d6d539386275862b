package io.hybridtls.agent.renewal;

import static io.hybridtls.agent.renewal.RenewalWorld.MAIL;
import static io.hybridtls.agent.renewal.RenewalWorld.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a CA suggests decides when its certificates are renewed, and is asked for on its own. */
@Timeout(60)
class RenewalSuggestionsTest {

  @TempDir private Path directory;

  private RenewalWorld world;

  @BeforeEach
  void begin() throws Exception {
    world = RenewalWorld.in(directory);
    world.coordinator.check(MAIL);
    world.coordinator.check(WEB);
  }

  @Test
  void whatTheIssuerWarnsOfShouldBeInTheStatus() {
    assertThat(status().warnings()).isEmpty();
    world.issuer.warn("the record ends");

    assertThat(status().warnings()).containsExactly("the record ends");
  }

  @Test
  void aSuggestionShouldDecideInPlaceOfTheLifetime() {
    Instant start = world.clock.instant().plus(Duration.ofDays(10));
    SuggestedWindow window =
        new SuggestedWindow(start, start.plus(Duration.ofDays(2)), start.plusSeconds(60))
            .explainedBy(Optional.of(URI.create("https://ca.example/why")));
    world.issuer.suggest(held -> Optional.of(window));

    assertThat(status().decision())
        .isEqualTo(
            new RenewalDecision.NotDue(
                window.renewAt(),
                "the CA suggests "
                    + window.start()
                    + " to "
                    + window.end()
                    + " (it explains why at https://ca.example/why)"));
    assertThat(status().suggestion()).contains(window);
    world.clock.set(window.renewAt());
    assertThat(world.coordinator.due()).containsExactly(MAIL, WEB);
  }

  @Test
  void theIssuerShouldBeAskedForAllThatIsLiveFromIt() {
    world.coordinator.refreshSuggestions();

    assertThat(world.issuer.refreshed())
        .extracting(HeldCertificate::fingerprint)
        .containsExactly(
            world.live.snapshot().find(MAIL).orElseThrow().certificate().fingerprint(),
            world.live.snapshot().find(WEB).orElseThrow().certificate().fingerprint());
  }

  @Test
  void anOperatorShouldHaveTheIssuerAskedForWhatIsMeantAlone() {
    world.coordinator.askForSuggestions(Set.of(WEB));

    assertThat(world.issuer.refreshed())
        .extracting(HeldCertificate::fingerprint)
        .containsExactly(world.live.snapshot().find(WEB).orElseThrow().certificate().fingerprint());
  }

  @Test
  void anIssuerThatFailsAltogetherShouldNotKeepAnOperatorFromRenewing() {
    world.issuer.onRefresh(
        () -> {
          throw new IllegalStateException("a bug of the issuer");
        });

    assertThatCode(() -> world.coordinator.askForSuggestions(Set.of(WEB)))
        .doesNotThrowAnyException();
  }

  @Test
  void nobodyShouldBeAskedWhenTheAgentHasStopped() throws Exception {
    world.coordinator.stop(Duration.ZERO);
    world.coordinator.askForSuggestions(Set.of(WEB));

    assertThat(world.issuer.refreshed()).isEmpty();
  }

  @Test
  void aCaThatHangsShouldDelayNoIssuanceAndBeLeftAtTheEnd() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    world.issuer.onRefresh(
        () -> {
          hanging.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            left.countDown();
          }
        });
    try (SuggestionSchedule suggestions =
            new SuggestionSchedule(world.coordinator, Duration.ofMillis(20));
        RenewalSchedule schedule = new RenewalSchedule(world.coordinator, 1, world.clock)) {
      suggestions.start();
      await().until(() -> hanging.getCount() == 0);
      world.clock.advance(Duration.ofDays(75));
      schedule.start(Duration.ofHours(1));

      await().until(() -> world.liveNumber(MAIL) == 2 && world.liveNumber(WEB) == 2);
    }
    assertThat(left.getCount()).isZero();
  }

  @Test
  void itShouldAskAgainAfterAnIssuerThatFailsAltogether() throws Exception {
    world.issuer.onRefresh(
        () -> {
          throw new IllegalStateException("a bug of the issuer");
        });
    try (SuggestionSchedule suggestions =
        new SuggestionSchedule(world.coordinator, Duration.ofMillis(20))) {
      suggestions.start();

      await().until(() -> world.issuer.refreshed().size() >= 6);
    }
  }

  @Test
  void itShouldAskAgainAndAgain() throws Exception {
    try (SuggestionSchedule suggestions =
        new SuggestionSchedule(world.coordinator, Duration.ofMillis(20))) {
      suggestions.start();

      await().until(() -> world.issuer.refreshed().size() >= 6);
    }
  }

  private CertificateStatus status() {
    List<CertificateStatus> all = world.coordinator.statuses();
    return all.get(0);
  }
}
