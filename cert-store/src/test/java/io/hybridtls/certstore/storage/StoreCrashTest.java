package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes as fast as it can, and looks at what it has left. */
class StoreCrashTest {

  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final String SECRET = "correct horse battery staple";

  @TempDir private Path directory;

  @RepeatedTest(4)
  void shouldHoldWholeGenerationsAfterKillMinusNine(RepetitionInfo repetition) throws Exception {
    long confirmed = writeUntilKilled(10L * repetition.getCurrentRepetition());

    CertificateStore store = open(directory);

    List<Long> generations = store.generations(MAIL);
    long active = store.activeNumber(MAIL).orElseThrow();
    assertThat(active).isGreaterThanOrEqualTo(confirmed);
    assertThat(generations).contains(active);
    for (long number : generations) {
      assertThat(store.find(MAIL, number).orElseThrow().certificates()).hasSize(2);
    }
    try (StoreLock lock = StoreLock.acquire(directory)) {
      assertThat(lock).isNotNull();
    }
  }

  private long writeUntilKilled(long generations) throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader confirmations = writer.inputReader(StandardCharsets.US_ASCII)) {
      long confirmed = 0;
      while (confirmed < generations) {
        confirmed = Long.parseLong(confirmations.readLine());
      }
      writer.destroyForcibly();
      assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return confirmed;
    } finally {
      writer.destroyForcibly();
    }
  }

  private static CertificateStore open(Path directory) throws StoreException {
    return CertificateStores.open(
        directory, StoreSecret.of(SECRET), InstantSource.fixed(Instant.EPOCH));
  }

  /** Appends, activates and prunes until somebody kills it; confirms each number on stdout. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      try (StoreLock lock = StoreLock.acquire(directory)) {
        CertificateStore store = open(directory);
        TestCa ca = TestCa.named("Contoso");
        List<HeldCertificate> both =
            List.of(
                ca.leaf("mail.contoso.example").rsa().issue(), ca.issue("mail.contoso.example"));
        while (lock != null) {
          long number = store.append(MAIL, both, "internal", "test").number();
          store.activate(MAIL, number);
          store.prune(MAIL, 5);
          System.out.println(number);
        }
      }
    }
  }
}
