package io.hybridtls.agent.acme.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.ratelimit.RateLimit;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.Fate;
import io.hybridtls.agent.testing.acme.Fault;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.testing.acme.RequestKind;
import io.hybridtls.agent.testing.acme.Spent;
import io.hybridtls.agent.testing.acme.UnreliableDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An issuance that can be begun, and killed, as often as liked: each time from a copy of the same
 * state, at one CA whose clock goes on.
 */
final class Killing implements AutoCloseable {

  private static final Duration A_FEW_MINUTES = Duration.ofMinutes(3);

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** Never reached here: it is what is written down for their sake that matters. */
  private static final RateLimits LIMITS =
      new RateLimits(
          Stream.of(Scope.values())
              .map(scope -> new RateLimit(scope, 1_000, Duration.ofDays(7)))
              .toList());

  /** What is killed. */
  enum Issuance {
    FIRST,
    RENEWAL,
    FORCED_RENEWAL,
    RENEWAL_FOR_THE_SAME_KEY,
    RENEWAL_FOR_THE_SAME_KEY_THE_LAST_TIME,
    RENEWAL_FOR_TWO_KEYS,
    RENEWAL_BY_THE_FALLBACK;

    CertificateSpec spec() {
      return switch (this) {
        case RENEWAL_FOR_THE_SAME_KEY, RENEWAL_FOR_THE_SAME_KEY_THE_LAST_TIME ->
            FaultWorld.SPEC.withReusedKey();
        case RENEWAL_FOR_TWO_KEYS ->
            FaultWorld.SPEC.withKeys(List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_P256));
        case RENEWAL_BY_THE_FALLBACK -> FaultWorld.SPEC.withFallbackIssuers(List.of("second"));
        default -> FaultWorld.SPEC;
      };
    }

    /** What is configured when the next agent is started. */
    CertificateSpec specAfter() {
      return this == RENEWAL_FOR_THE_SAME_KEY_THE_LAST_TIME ? FaultWorld.SPEC : spec();
    }

    int generationsBefore() {
      return this == FIRST ? 0 : 1;
    }
  }

  private final Issuance issuance;
  private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultCa ca = new FaultCa(time);
  private final FaultCa second = new FaultCa(time);
  private final Path prepared;

  /**
   * @param folder for the state that every issuance begins with
   */
  Killing(Issuance issuance, Path folder) throws Exception {
    this.issuance = issuance;
    this.prepared = ownerOnly(folder);
    if (issuance.generationsBefore() > 0) {
      FaultWorld world = start(prepared);
      world.look();
      assertThat(world.liveNumber()).isEqualTo(1);
      world.askForSuggestion();
      time.advance(issuance == Issuance.FORCED_RENEWAL ? Duration.ofDays(1) : Duration.ofDays(61));
    }
  }

  Issuance issuance() {
    return issuance;
  }

  Spent spent() {
    return ca.spent().plus(second.spent());
  }

  /** A copy of the state before the issuance; the CA knows no order since, either. */
  Path copyTo(Path folder) {
    ca.forgetOrders();
    second.forgetOrders();
    try (Stream<Path> all = Files.walk(prepared)) {
      for (Path each : all.toList()) {
        Path copy = folder.resolve(prepared.relativize(each).toString());
        if (!copy.equals(folder)) {
          Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      return ownerOnly(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts an agent on {@code state} and lets it issue until {@code fate} has it. */
  void run(Path state, Fate fate) throws Exception {
    second.connect(fate);
    if (issuance == Issuance.RENEWAL_BY_THE_FALLBACK) {
      ca.on(RequestKind.DIRECTORY, Fault.Lost.REQUEST); // until the agent is dead
    } else {
      ca.connect(fate);
    }
    try {
      FaultWorld world = start(UnreliableDisk.of(state, fate).root());
      if (issuance == Issuance.FORCED_RENEWAL) {
        world.force();
      } else {
        world.look();
      }
    } catch (Fate.Killed killed) {
      assertThat(fate.isDead()).isTrue();
    } finally {
      ca.mend();
      second.mend();
    }
  }

  /** The next agent on {@code state}, once it has looked after whatever wait there is. */
  FaultWorld recover(Path state) throws Exception {
    FaultWorld world = start(state, issuance.specAfter());
    world.journal().notBefore().filter(time.instant()::isBefore).ifPresent(time::set);
    world.look();
    return world;
  }

  void passTime() {
    time.advance(A_FEW_MINUTES);
  }

  /** Long enough for any wait after failures. */
  void passHours() {
    time.advance(LONGEST_WAIT);
  }

  /** Files that are left of issuances, which should be none. */
  static List<String> remains(Path state) throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(Files::isRegularFile)
          .map(file -> state.relativize(file).toString())
          .filter(
              name ->
                  name.startsWith("drafts/")
                      || name.startsWith("keys/draft.")
                      || name.contains(".tmp"))
          .toList();
    }
  }

  @Override
  public void close() {
    ca.close();
    second.close();
  }

  private static Path ownerOnly(Path folder) throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  private FaultWorld start(Path state) throws Exception {
    return start(state, issuance.spec());
  }

  private FaultWorld start(Path state, CertificateSpec spec) throws Exception {
    return FaultWorld.start(state, Map.of("ca", ca, "second", second), time, LIMITS, spec);
  }
}
