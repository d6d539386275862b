package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.testing.VirtualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the administrator hears in time of a standing record that will not do. */
class StandingRecordsTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String NAME = "mail.contoso.example";
  private static final String ACCOUNT = "https://ca.example/acct/1";
  private static final StandingRecord WANTED =
      StandingRecord.of(NAME, false, List.of("ca.example"), ACCOUNT, NOW);

  @TempDir private Path memory;

  private final VirtualTime time = new VirtualTime(NOW);
  private final List<String> values = new ArrayList<>();
  private boolean away;

  @Test
  void aRecordWithoutEndShouldBeNothingToWarnOf() {
    StandingRecords records = records();
    records.put(WANTED.found(WANTED.wanted(), NOW));

    assertThat(warnings(records)).isEmpty();
  }

  @Test
  void theEndShouldBeWarnedOfAMonthBefore() {
    Instant end = NOW.plus(Duration.ofDays(100));
    StandingRecords records = records();
    records.put(seen(end));
    time.set(end.minus(StandingRecord.LEAD).minusSeconds(1));
    assertThat(warnings(records)).isEmpty();

    time.set(end.minus(StandingRecord.LEAD));
    assertThat(warnings(records))
        .containsExactly(
            "the record at _validation-persist.mail.contoso.example. proves mail.contoso.example"
                + " until "
                + end
                + " only, and without it the next renewal fails; write a later persistUntil");
    assertThat(records.warnings(List.of("www.contoso.example"), Optional.empty())).isEmpty();
  }

  @Test
  void aRecordThatEndsBeforeTheCertificateDoesShouldBeWarnedOfAtOnce() {
    Instant end = NOW.plus(Duration.ofDays(60));
    StandingRecords records = records();
    records.put(seen(end));

    assertThat(records.warnings(List.of(NAME), Optional.of(end.plusSeconds(1)))).hasSize(1);
    assertThat(records.warnings(List.of(NAME), Optional.of(end.minusSeconds(1)))).isEmpty();
  }

  @Test
  void theWarningShouldOutliveARestartAndEndWhenALaterEndIsSeen() {
    records().put(seen(NOW.plus(Duration.ofDays(5))));
    StandingRecords records = records();
    assertThat(warnings(records)).hasSize(1);

    values.add(text(NOW.plus(Duration.ofDays(5))));
    values.add(text(NOW.plus(Duration.ofDays(500))));
    records.refresh();
    assertThat(warnings(records)).as("it was looked at just now").hasSize(1);

    time.advance(StandingRecords.INTERVAL);
    records.refresh();
    assertThat(warnings(records)).isEmpty();
  }

  @Test
  void aRecordThatIsGoneShouldBeSaidWithWhatToCreate() {
    StandingRecords records = records();
    records.put(WANTED.found(WANTED.wanted(), NOW));
    time.advance(StandingRecords.INTERVAL);
    records.refresh();

    assertThat(warnings(records))
        .singleElement()
        .asString()
        .startsWith("localhost port 53 has no valid record any more that proves " + NAME)
        .endsWith(
            "create it: _validation-persist.mail.contoso.example. TXT"
                + " \"ca.example; accounturi=https://ca.example/acct/1\"");
    assertThat(warnings(records())).as("after a restart").hasSize(1);
  }

  @Test
  void aServerThatDoesNotAnswerShouldLeaveWhatWasSeen() {
    StandingRecords records = records();
    records.put(seen(NOW.plus(Duration.ofDays(5))));
    List<String> before = warnings(records);
    away = true;
    time.advance(StandingRecords.INTERVAL);
    records.refresh();

    assertThat(warnings(records)).isEqualTo(before).hasSize(1);
  }

  @Test
  void aNameThatNothingIsOrderedForAnyMoreShouldBeForgotten() {
    StandingRecords records = records();
    records.put(seen(NOW.plus(Duration.ofDays(5))));
    time.advance(Duration.ofDays(400));
    records.refresh();

    assertThat(warnings(records)).isEmpty();
    assertThat(memory.resolve(NAME + ".json")).doesNotExist();
  }

  @Test
  void whatIsKeptShouldBeWhatIsRead() {
    StandingRecord wildcard =
        StandingRecord.of("contoso.example", true, List.of("ca.example", "ca.test"), ACCOUNT, NOW)
            .missingAt("ns1.contoso.example", NOW.plusSeconds(1));

    assertThat(StandingRecord.of(wildcard.toMap())).contains(wildcard);
    assertThat(StandingRecord.of(seen(NOW).toMap())).contains(seen(NOW));
  }

  private static List<String> warnings(StandingRecords records) {
    return records.warnings(List.of(NAME), Optional.empty());
  }

  private static StandingRecord seen(Instant until) {
    return WANTED.found(PersistentGrant.parse(text(until)).orElseThrow(), NOW);
  }

  private static String text(Instant until) {
    return "ca.example; accounturi=" + ACCOUNT + "; persistUntil=" + until.getEpochSecond();
  }

  /** A further one is the same after a restart. */
  private StandingRecords records() {
    LookupSettings settings =
        new LookupSettings(
            Optional.empty(),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)),
            Duration.ofSeconds(1));
    Propagation propagation =
        new Propagation(
            settings, ZoneLookup.by(Optional.empty()), (server, name) -> List.of(), time, time);
    return new StandingRecords(
        memory,
        new GrantLookup(
            propagation,
            (server, name) -> {
              if (away) {
                throw new IOException("timed out");
              }
              return values;
            },
            time),
        time);
  }
}
