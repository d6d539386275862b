package io.hybridtls.certstore.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveCertificateRegistryTest {

  private static final HeldCertificate CERTIFICATE =
      TestCa.named("Contoso").issue("mail.contoso.example");
  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId WEB = CertificateId.of("web");

  private final LiveCertificateRegistry live = LiveCertificateRegistry.empty();

  @Test
  void shouldBeEmptyAtVersionZero() {
    assertThat(live.snapshot().version()).isZero();
    assertThat(live.snapshot().find(MAIL)).isEmpty();
  }

  @Test
  void shouldReplaceTheSameIdsAndKeepTheOthersInOneSwap() throws Exception {
    live.publish(List.of(generation(MAIL, 1), generation(WEB, 1)));
    LiveSnapshot after = live.publish(List.of(generation(MAIL, 2)));

    assertThat(after).isSameAs(live.snapshot());
    assertThat(after.version()).isEqualTo(2);
    assertThat(after.find(MAIL)).map(Generation::number).contains(2L);
    assertThat(after.find(WEB)).map(Generation::number).contains(1L);
  }

  @Test
  void shouldLetAParticipantPrepareForWhatIsLiveWhenItJoins() throws Exception {
    live.publish(List.of(generation(MAIL, 1)));
    Recorder recorder = new Recorder();

    live.join(recorder);

    assertThat(recorder.inUse).isEqualTo(1);
  }

  @Test
  void shouldChangeAllParticipantsOrNone() throws Exception {
    live.publish(List.of(generation(MAIL, 1)));
    Recorder first = new Recorder();
    Recorder last = new Recorder();
    live.join(first);
    live.join(rejectingFrom(2, new SwapRejectedException("no cipher fits")));
    live.join(last);
    LiveSnapshot before = live.snapshot();

    assertThatThrownBy(() -> live.publish(List.of(generation(MAIL, 2))))
        .isInstanceOf(SwapRejectedException.class)
        .hasMessage("no cipher fits");

    assertThat(live.snapshot()).isSameAs(before);
    assertThat(first.inUse).isEqualTo(1);
    assertThat(last.inUse).isEqualTo(1);
  }

  @Test
  void shouldTakeAnUnexpectedFailureForARejection() throws Exception {
    live.join(
        next -> {
          if (next.version() > 0) {
            throw new IllegalStateException("native library is gone");
          }
          return () -> {};
        });

    assertThatThrownBy(() -> live.publish(List.of(generation(MAIL, 1))))
        .isInstanceOf(SwapRejectedException.class)
        .hasMessageContaining("native library is gone");
    assertThat(live.snapshot().version()).isZero();
  }

  @Test
  void shouldNotAddAParticipantThatCannotUseWhatIsLive() throws Exception {
    AtomicLong prepared = new AtomicLong();
    assertThatThrownBy(
            () ->
                live.join(
                    next -> {
                      prepared.incrementAndGet();
                      throw new SwapRejectedException("no certificate \"mail\"");
                    }))
        .isInstanceOf(SwapRejectedException.class);

    live.publish(List.of(generation(MAIL, 1)));

    assertThat(prepared).hasValue(1);
  }

  @Test
  void shouldRetainOnlyTheGivenIds() throws Exception {
    live.publish(List.of(generation(MAIL, 1), generation(WEB, 1)));

    assertThat(live.retain(Set.of(WEB)).generations()).containsOnlyKeys(WEB);
    assertThat(live.snapshot().version()).isEqualTo(2);
  }

  @Test
  void shouldNotSwapWhenNothingChanges() throws Exception {
    LiveSnapshot before = live.publish(List.of(generation(MAIL, 1)));

    assertThat(live.retain(Set.of(MAIL, WEB))).isSameAs(before);
    assertThat(live.publish(List.of())).isSameAs(before);
  }

  @Test
  void shouldLoseNoSwapAndShowNoMixtureWhenManyPublishAtOnce() throws Exception {
    AtomicBoolean publishing = new AtomicBoolean(true);
    Recorder recorder = new Recorder();
    live.publish(both(1));
    live.join(recorder);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Future<Long> reader = threads.submit(() -> mixturesSeen(publishing));
      List<Future<LiveSnapshot>> writers = new ArrayList<>();
      IntStream.rangeClosed(2, 1001)
          .forEach(n -> writers.add(threads.submit(() -> live.publish(both(n)))));
      for (Future<LiveSnapshot> writer : writers) {
        writer.get();
      }
      publishing.set(false);

      assertThat(reader.get()).isZero();
      assertThat(live.snapshot().version()).isEqualTo(1001);
      assertThat(recorder.inUse).isEqualTo(1001);
    } finally {
      threads.shutdownNow();
    }
  }

  private long mixturesSeen(AtomicBoolean publishing) {
    long mixtures = 0;
    long version = 0;
    while (publishing.get()) {
      LiveSnapshot snapshot = live.snapshot();
      boolean mixed =
          snapshot.find(MAIL).orElseThrow().number() != snapshot.find(WEB).orElseThrow().number();
      if (mixed || snapshot.version() < version) {
        mixtures++;
      }
      version = snapshot.version();
    }
    return mixtures;
  }

  private static List<Generation> both(long number) {
    return List.of(generation(MAIL, number), generation(WEB, number));
  }

  private static Generation generation(CertificateId id, long number) {
    return new Generation(id, number, Instant.EPOCH, "internal", "test", CERTIFICATE);
  }

  private static SwapParticipant rejectingFrom(long version, SwapRejectedException rejection) {
    return next -> {
      if (next.version() >= version) {
        throw rejection;
      }
      return () -> {};
    };
  }

  /** Notes which version it was told to use. */
  private static final class Recorder implements SwapParticipant {
    private volatile long inUse = -1;

    @Override
    public Runnable prepare(LiveSnapshot next) {
      return () -> inUse = next.version();
    }
  }
}
