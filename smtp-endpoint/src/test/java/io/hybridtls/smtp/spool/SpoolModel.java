package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.accept;
import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.testing.MutableClock;
import io.hybridtls.smtp.spool.testing.TestSpool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** A spool as maps in memory, and random steps that do the same to it and to a real one. */
final class SpoolModel {

  private static final int STEPS = 60;
  private static final String[] RECIPIENTS = {"a@cloud.example", "b@cloud.example"};

  /** When the undelivered recipients of each message are due, by their number. */
  private final Map<QueueId, Map<Integer, Instant>> model = new HashMap<>();

  private final Map<QueueId, LeasedMessage> leased = new HashMap<>();
  private final MutableClock clock = new MutableClock(Instant.parse("2026-11-23T10:15:30Z"));

  void run(Random random, SpoolSettings settings) throws Exception {
    MessageSpool spool = TestSpool.open(settings, clock);
    try {
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(20) == 0) {
          spool.close();
          leased.clear();
          spool = TestSpool.open(settings, clock);
        }
        step(spool, random);
        assertThat(spool.nextDue()).isEqualTo(waiting().stream().min(Comparator.naturalOrder()));
        assertThat(spool.statistics().messages()).isEqualTo(model.size());
      }
    } finally {
      spool.close();
    }
  }

  private void step(MessageSpool spool, Random random) throws Exception {
    switch (random.nextInt(6)) {
      case 0, 1 -> take(spool);
      case 2 -> lease(spool, 1 + random.nextInt(3));
      case 3 -> settleOne(spool, random);
      case 4 -> clock.advance(Duration.ofMillis(random.nextInt(40)));
      default -> {
        if (random.nextInt(5) == 0) {
          expedite(spool);
        }
      }
    }
  }

  private void take(MessageSpool spool) throws Exception {
    Map<Integer, Instant> due = new HashMap<>();
    due.put(0, clock.instant());
    due.put(1, clock.instant());
    model.put(accept(spool, message(RECIPIENTS)), due);
  }

  private void lease(MessageSpool spool, int max) throws Exception {
    List<Instant> expected = waiting();
    expected.removeIf(due -> due.isAfter(clock.instant()));
    Collections.sort(expected);
    List<LeasedMessage> given = spool.lease(clock.instant(), max);

    assertThat(given.stream().map(message -> firstDue(message.id())).toList())
        .isEqualTo(expected.subList(0, Math.min(max, expected.size())));
    for (LeasedMessage message : given) {
      assertThat(leased.put(message.id(), message)).isNull();
      assertThat(message.recipients())
          .extracting(LeasedRecipient::number)
          .containsExactlyElementsOf(dueNow(message.id()));
    }
  }

  private void settleOne(MessageSpool spool, Random random) throws Exception {
    if (leased.isEmpty()) {
      return;
    }
    LeasedMessage message = leased.values().iterator().next();
    leased.remove(message.id());
    Map<Integer, Instant> recipients = recipients(message.id());
    List<Settlement> settlements = new ArrayList<>();
    for (LeasedRecipient recipient : message.recipients()) {
      int number = recipient.number();
      switch (random.nextInt(5)) {
        case 0 -> {
          Instant until = clock.instant().plusMillis(random.nextInt(100));
          settlements.add(new Settlement.Deferred(number, until, "mx", "451 busy"));
          recipients.put(number, until);
        }
        case 1 -> {}
        default -> {
          settlements.add(SpoolSteps.delivered(number));
          recipients.remove(number);
        }
      }
    }
    if (recipients.isEmpty()) {
      model.remove(message.id());
    }
    await(spool.settle(message, settlements));
  }

  private void expedite(MessageSpool spool) throws Exception {
    Instant now = clock.instant();
    model.values().forEach(due -> due.replaceAll((n, at) -> at.isAfter(now) ? now : at));
    await(spool.expedite(now));
  }

  /** When the first recipient of each message that is not leased is due. */
  private List<Instant> waiting() {
    List<Instant> due = new ArrayList<>();
    for (QueueId id : model.keySet()) {
      if (!leased.containsKey(id)) {
        due.add(firstDue(id));
      }
    }
    return due;
  }

  private Map<Integer, Instant> recipients(QueueId id) {
    return Objects.requireNonNull(model.get(id));
  }

  private Instant firstDue(QueueId id) {
    return Collections.min(recipients(id).values());
  }

  private List<Integer> dueNow(QueueId id) {
    return recipients(id).entrySet().stream()
        .filter(entry -> !entry.getValue().isAfter(clock.instant()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
