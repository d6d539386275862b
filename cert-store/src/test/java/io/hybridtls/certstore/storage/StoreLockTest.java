package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLockTest {

  @TempDir private Path directory;

  @Test
  void shouldBeHeldByOneAtATime() throws Exception {
    try (StoreLock lock = StoreLock.acquire(directory)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> StoreLock.acquire(directory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(directory + " is in use by another agent")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void shouldBeFreeWhenGivenBack() throws Exception {
    StoreLock.acquire(directory).close();

    StoreLock.acquire(directory).close();

    assertThat(directory.resolve("store.lock")).exists();
  }
}
