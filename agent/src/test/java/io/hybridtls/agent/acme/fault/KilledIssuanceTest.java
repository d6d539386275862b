package io.hybridtls.agent.acme.fault;

import static io.hybridtls.agent.acme.fault.FaultWorld.MAIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.fault.Killing.Issuance;
import io.hybridtls.agent.renewal.JournalEntry;
import io.hybridtls.agent.renewal.RenewalOutcome.NotDue;
import io.hybridtls.agent.testing.acme.Fate;
import io.hybridtls.agent.testing.acme.Spent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kill -9} before every single effect of an issuance, be it a write, a rename, a removal, a
 * request to the CA or its answer: whoever is started next finishes it, and no certificate is spent
 * twice or lost.
 */
@Timeout(60)
class KilledIssuanceTest {

  private static final int SEEDS = 12;
  private static final int DEATHS = 10;

  /** Somewhat more effects than a whole issuance has. */
  private static final int LONGEST_LIFE = 150;

  private static final Map<Issuance, Killing> KILLINGS = new EnumMap<>(Issuance.class);

  @TempDir private static Path folder;

  @TempDir private Path state;

  static Stream<Arguments> everyEffect() throws Exception {
    Stream<Arguments> all = Stream.of();
    for (Issuance issuance : Issuance.values()) {
      Killing killing =
          new Killing(issuance, Files.createDirectory(folder.resolve(issuance.name())));
      KILLINGS.put(issuance, killing);
      Fate whole = Fate.livesOn();
      killing.run(
          killing.copyTo(Files.createDirectory(folder.resolve(issuance + "-whole"))), whole);
      List<String> effects = whole.effects();
      all =
          Stream.concat(
              all,
              IntStream.range(0, effects.size())
                  .mapToObj(number -> Arguments.of(issuance, number, effects.get(number))));
    }
    return all;
  }

  @AfterAll
  static void stop() {
    KILLINGS.values().forEach(Killing::close);
    KILLINGS.clear();
  }

  @ParameterizedTest(name = "{0} killed after {1} effects, before: {2}")
  @MethodSource("everyEffect")
  void shouldBeFinishedByTheNextAgent(Issuance issuance, int number, String next) throws Exception {
    Killing killing = Objects.requireNonNull(KILLINGS.get(issuance));
    killing.copyTo(state);
    Spent before = killing.spent();
    Fate fate = Fate.diesAfter(number);
    killing.run(state, fate);
    assertThat(fate.effects()).last().isEqualTo(next);
    killing.passTime();
    FaultWorld world = killing.recover(state);

    boolean orphaned = isOrderOrphaned(fate.effects());
    boolean asked = issuance != Issuance.FORCED_RENEWAL || isBegun(fate.effects());
    int certificates = asked ? issuance.spec().keys().size() : 0;
    assertThat(killing.spent().since(before))
        .isEqualTo(Spent.certificates(certificates).andOrders(orphaned ? 1 : 0));
    assertThat(world.liveNumber()).isEqualTo(issuance.generationsBefore() + (asked ? 1 : 0));
    if (issuance == Issuance.FIRST) { // what replaces another is granted without limit
      assertThat(world.counted()).isBetween(killing.spent().since(before).orders(), 2);
    }
    assertFinished(killing, world);
  }

  /** Death upon death, at whatever moments chance has it. */
  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("seeds")
  void shouldBeFinishedHoweverOftenAgentsAreKilled(Issuance issuance, long seed) throws Exception {
    Random random = new Random(seed);
    try (Killing killing =
        new Killing(issuance, Files.createDirectory(folder.resolve("x" + seed)))) {
      killing.copyTo(state);
      Spent before = killing.spent();
      int orphans = 0;
      for (int deaths = 0; deaths < DEATHS; deaths++) {
        Fate fate = Fate.diesAfter(random.nextInt(LONGEST_LIFE));
        killing.run(state, fate);
        orphans += isOrderOrphaned(fate.effects()) ? 1 : 0;
        killing.passHours();
      }
      FaultWorld world = killing.recover(state);

      assertThat(killing.spent().since(before))
          .isEqualTo(Spent.certificates(issuance.spec().keys().size()).andOrders(orphans));
      assertThat(world.liveNumber()).isEqualTo(issuance.generationsBefore() + 1);
      assertFinished(killing, world);
    }
  }

  static Stream<Arguments> seeds() {
    return LongStream.range(0, SEEDS)
        .mapToObj(seed -> Arguments.of(seed % 2 == 0 ? Issuance.FIRST : Issuance.RENEWAL, seed));
  }

  private void assertFinished(Killing killing, FaultWorld world) throws Exception {
    assertThat(world.store.generations(MAIL))
        .hasSize(Math.toIntExact(world.liveNumber()))
        .last()
        .isEqualTo(world.liveNumber());
    assertThat(world.store.activeNumber(MAIL)).contains(world.liveNumber());
    assertThat(Killing.remains(state)).isEmpty();
    JournalEntry journal = world.journal();
    assertThat(journal.failures()).isZero();
    assertThat(journal.step()).isEmpty();
    assertThat(journal.pending()).isEmpty();
    Spent spent = killing.spent();
    killing.passTime();
    assertThat(world.look()).isInstanceOf(NotDue.class);
    assertThat(killing.spent()).isEqualTo(spent);
  }

  /** The one gap that RFC 8555 leaves: the CA took the order, and its URL was not yet on disk. */
  private static boolean isOrderOrphaned(List<String> effects) {
    return last(effects, "sending NEW_ORDER") > last(effects, "rename to drafts/");
  }

  /** What an operator asks for is lost with the agent until it is written down. */
  private static boolean isBegun(List<String> effects) {
    return last(effects, "rename to journal/") >= 0;
  }

  /** Where the last such effect is among those that came about; -1 when there was none. */
  private static int last(List<String> effects, String prefix) {
    for (int i = effects.size() - 2; i >= 0; i--) {
      if (effects.get(i).startsWith(prefix)) {
        return i;
      }
    }
    return -1;
  }
}
