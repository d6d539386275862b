package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.smtp.spool.testing.MutableClock;
import io.hybridtls.smtp.spool.testing.TestSpool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accepting, leasing, settling and expediting at once, with and without room for hot messages. */
class ConcurrentLeaseTest {

  private static final int MESSAGES = 6_000;
  private static final int ACCEPTORS = 3;
  private static final int DELIVERIES = 3;

  @TempDir Path temporary;
  private final MutableClock clock = MutableClock.standard();
  private final Set<QueueId> accepted = ConcurrentHashMap.newKeySet();
  private final Set<QueueId> inDelivery = ConcurrentHashMap.newKeySet();
  private final Map<QueueId, Integer> delivered = new ConcurrentHashMap<>();
  private final AtomicInteger givenTwice = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(longs = {0, 20_000, 64 << 20})
  void everyMessageShouldBeDeliveredOnceAndNeverByTwo(long hotBytes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ACCEPTORS + DELIVERIES);
    try (MessageSpool spool =
        TestSpool.open(TestSpool.settings(temporary).withHotBytes(hotBytes), clock)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < ACCEPTORS; i++) {
        done.add(threads.submit(acceptor(spool)));
      }
      for (int i = 0; i < DELIVERIES; i++) {
        done.add(threads.submit(delivery(spool, new Random(i))));
      }
      for (Future<?> thread : done) {
        thread.get(2, TimeUnit.MINUTES);
      }
      await().untilAsserted(() -> assertThat(inDelivery).isEmpty());
      assertThat(givenTwice).hasValue(0);
      assertThat(accepted).hasSize(MESSAGES);
      assertThat(delivered.keySet()).isEqualTo(accepted);
      assertThat(delivered.values()).containsOnly(1);
      assertThat(spool.statistics()).isEqualTo(new SpoolStatistics(0, 0, 0));
      assertThat(spool.nextDue()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  private Callable<?> acceptor(MessageSpool spool) {
    return () -> {
      for (int i = 0; i < MESSAGES / ACCEPTORS; i += 20) {
        List<CompletionStage<QueueId>> stages = new ArrayList<>();
        for (int j = 0; j < 20; j++) {
          stages.add(spool.accept(message("bob@cloud.example")));
        }
        for (CompletionStage<QueueId> stage : stages) {
          accepted.add(await(stage));
        }
      }
      return null;
    };
  }

  /** Delivers one in two, defers the others a little or releases them, and now and then hurries. */
  private Callable<?> delivery(MessageSpool spool, Random random) {
    return () -> {
      while (delivered.size() < MESSAGES) {
        for (LeasedMessage leased : spool.lease(clock.instant(), 1 + random.nextInt(50))) {
          if (!inDelivery.add(leased.id())) {
            givenTwice.incrementAndGet();
          }
          settle(spool, leased, random.nextInt(4));
        }
        clock.advance(Duration.ofMillis(1));
        if (random.nextInt(100) == 0) {
          await(spool.expedite(clock.instant()));
        }
      }
      return null;
    };
  }

  private void settle(MessageSpool spool, LeasedMessage leased, int what) {
    inDelivery.remove(leased.id());
    if (what >= 2) {
      delivered.merge(leased.id(), 1, Integer::sum);
    }
    spool.settle(
        leased,
        switch (what) {
          case 0 -> List.of();
          case 1 ->
              List.of(
                  new Settlement.Deferred(
                      0, clock.instant().plusMillis(5), "mx.cloud.example", "451 busy"));
          default -> List.of(SpoolSteps.delivered(0));
        });
  }
}
