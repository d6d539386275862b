package io.hybridtls.smtp.spool;

import io.hybridtls.smtp.spool.testing.TestSpool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Holds the spool, hot, cold and reopened, against the simplest thing that does the same. */
class SpoolModelTest {

  @Property(tries = 30)
  void spoolShouldDoWhatTheModelDoes(
      @ForAll long seed, @ForAll @LongRange(max = 5_000) long hotBytes) throws Exception {
    Path temporary = Files.createTempDirectory("spool-model");
    try {
      new SpoolModel().run(new Random(seed), TestSpool.settings(temporary).withHotBytes(hotBytes));
    } finally {
      try (var files = Files.walk(temporary)) {
        files.sorted(Comparator.reverseOrder()).forEach(SpoolModelTest::delete);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
