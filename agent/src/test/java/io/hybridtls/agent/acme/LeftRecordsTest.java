package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.CommandSettings;
import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtRecord;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** TXT records whose order was cut short, or whose name server was away when it ended. */
class LeftRecordsTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final TxtRecord RECORD =
      new TxtRecord(Name.fromConstantString("_acme-challenge.contoso.example."), "digest-1");
  private static final TxtRecord OTHER = new TxtRecord(RECORD.name(), "digest-2");
  private static final URI CA = URI.create("https://ca.contoso.example/directory");

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final List<TxtRecord> removed = new ArrayList<>();
  private boolean away;
  private boolean interrupted;
  private Runnable atRemoval = () -> {};

  @Test
  void aRecordThatAKillHasLeftShouldBeRemovedWhenNoOrderCanNeedItAnyMore() {
    records().put(RECORD);
    LeftRecords afterKill = records();
    time.set(NOW.plus(LeftRecords.INTERVAL).minusSeconds(1));
    tidy(afterKill);
    assertThat(removed).isEmpty();

    time.set(NOW.plus(LeftRecords.INTERVAL));
    tidy(afterKill);
    assertThat(removed).containsExactly(RECORD);
    assertThat(memory).isEmptyDirectory();

    time.advance(LeftRecords.INTERVAL);
    tidy(afterKill);
    tidy(records());
    assertThat(removed).as("once").hasSize(1);
  }

  @Test
  void aRecordThatWasRemovedInTimeShouldBeForgotten() {
    LeftRecords records = records();
    records.put(RECORD);
    records.remove(RECORD);
    time.advance(LeftRecords.INTERVAL);
    tidy(records);
    tidy(records());

    assertThat(removed).isEmpty();
  }

  @Test
  void aServerThatIsAwayShouldBeAskedAgainAnHourLater() {
    LeftRecords records = records();
    records.put(RECORD);
    away = true;
    time.advance(LeftRecords.INTERVAL);
    tidy(records);
    away = false;
    tidy(records);
    assertThat(removed).as("it was asked just now").isEmpty();

    time.advance(LeftRecords.INTERVAL);
    tidy(records);
    assertThat(removed).containsExactly(RECORD);
  }

  @Test
  void aRecordThatCannotBeRemovedForAWeekShouldBeLeftToTheAdministrator() {
    LeftRecords records = records();
    records.put(RECORD);
    away = true;
    time.advance(LeftRecords.INTERVAL);
    Instant first = time.instant();
    tidy(records);
    time.set(first.plus(LeftRecords.KEPT).minus(LeftRecords.INTERVAL).minusSeconds(1));
    tidy(records);
    assertThat(memory).isNotEmptyDirectory();

    time.set(first.plus(LeftRecords.KEPT));
    tidy(records);
    assertThat(memory).isEmptyDirectory();
  }

  @Test
  void theWeekShouldNotBeginBeforeItIsTried() {
    records().put(RECORD);
    time.advance(LeftRecords.KEPT.plusDays(1));
    LeftRecords afterHoliday = records();
    away = true;
    tidy(afterHoliday);
    away = false;
    time.advance(LeftRecords.INTERVAL);
    tidy(afterHoliday);

    assertThat(removed).containsExactly(RECORD);
  }

  @Test
  void anAttemptThatIsInterruptedShouldNotCount() {
    LeftRecords records = records();
    records.put(RECORD);
    away = true;
    time.advance(LeftRecords.INTERVAL);
    tidy(records);
    interrupted = true;
    time.advance(LeftRecords.KEPT);
    tidy(records);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(memory).isNotEmptyDirectory();
  }

  @Test
  void theSameProofAtTwoNamesShouldBeRemovedFromBoth() {
    TxtRecord delegated =
        new TxtRecord(Name.fromConstantString("mail.proofs.example."), RECORD.value());
    records().put(RECORD);
    records().put(delegated);
    time.advance(LeftRecords.INTERVAL);
    tidy(records());

    assertThat(removed).containsExactlyInAnyOrder(RECORD, delegated);
    assertThat(memory).isEmptyDirectory();
  }

  @Test
  void aRecordShouldBeNewOnceUntilItIsRemoved() {
    assertThat(records().put(RECORD)).isTrue();
    LeftRecords afterKill = records();
    assertThat(afterKill.put(RECORD)).isFalse();
    afterKill.remove(RECORD);
    assertThat(afterKill.put(RECORD)).isTrue();
  }

  @Test
  void aRecordWhoseOrderHasEndedMeanwhileShouldNotBeRemovedAgain() {
    LeftRecords records = records();
    records.put(RECORD);
    records.put(OTHER);
    time.advance(LeftRecords.INTERVAL);
    atRemoval = () -> List.of(RECORD, OTHER).forEach(records::remove);
    tidy(records);

    assertThat(removed).hasSize(1);
  }

  @Test
  void theProgramShouldNotBeAskedForWhatAnOrderOfBeforeTheReloadHasRemoved() throws IOException {
    Path asked = memory.resolve("asked");
    Path program = Files.writeString(memory.resolve("program"), "echo $1 >> " + asked + "\n");
    ChallengeListeners listeners = new AcmeWorld(new HttpRoutes(), memory).listeners;
    LeftRecords before = listeners.records().in(memory.resolve(Solvers.WRITTEN_RECORDS), time);
    before.put(RECORD);
    before.put(OTHER);
    ChallengeSolver afterReload = solver(listeners, program);
    before.remove(RECORD);
    time.advance(LeftRecords.INTERVAL);
    afterReload.refresh();

    assertThat(asked).as("of the other").hasContent("cleanup\n");
  }

  private ChallengeSolver solver(ChallengeListeners listeners, Path program) {
    AcmeFailures failures = new AcmeFailures(AcmeIssuerSettings.at("pebble", CA).settings(), time);
    CommandSettings command =
        new CommandSettings(
            List.of("/bin/sh", program.toString()), Duration.ofSeconds(30), Set.of());
    LookupSettings lookup = new LookupSettings(Optional.empty(), List.of(), Duration.ofSeconds(1));
    return new Solvers(memory, listeners, failures, time, new SecureRandom(), time)
        .of(new ValidationMethod.Dns01(command, lookup, false));
  }

  /** Further ones are the same after a restart. */
  private LeftRecords records() {
    return new LeftRecords(memory, time);
  }

  private void tidy(LeftRecords records) {
    records.removeFrom(new Zone(records));
  }

  private final class Zone implements TxtPublisher {
    private final LeftRecords left;

    private Zone(LeftRecords left) {
      this.left = left;
    }

    @Override
    public void add(TxtRecord record) {}

    @Override
    public void remove(TxtRecord record) throws IOException {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (away) {
        throw new IOException("no answer");
      }
      removed.add(record);
      atRemoval.run();
      left.remove(record);
    }
  }
}
