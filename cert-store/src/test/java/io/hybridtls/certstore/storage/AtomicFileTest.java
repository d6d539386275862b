package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path directory;

  @Test
  void shouldReplaceContentAndCloseItToOthers() throws Exception {
    Path file = Files.writeString(directory.resolve("state.json"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    AtomicFile.writeString(file, "new");

    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldLeaveNothingBehindWhenItCannotReplace() throws Exception {
    Path target = Files.createDirectory(directory.resolve("state.json"));
    Files.writeString(target.resolve("content"), "in the way");

    assertThatThrownBy(() -> AtomicFile.writeString(target, "new")).isInstanceOf(IOException.class);
    assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void shouldRemoveLeftoversAndNothingElse() throws Exception {
    Files.writeString(directory.resolve(".state.json.1.tmp"), "half");
    Files.writeString(directory.resolve("notes.tmp"), "ours");
    Files.writeString(directory.resolve(".hidden"), "ours");

    AtomicFile.removeLeftovers(directory);

    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("notes.tmp", ".hidden");
  }

  @Test
  void shouldDeleteAndNotMindWhenThereIsNothing() throws Exception {
    Path file = Files.writeString(directory.resolve("state.json"), "old");
    AtomicFile.delete(file);
    AtomicFile.delete(file);

    assertThat(file).doesNotExist();
  }

  @Test
  void shouldMakeEveryMissingDirectoryForItsOwnerAlone() throws Exception {
    Path deep = directory.resolve("a/b/c");
    OwnerOnly.createDirectories(deep);
    OwnerOnly.createDirectories(deep);

    for (Path each : List.of(deep, directory.resolve("a/b"), directory.resolve("a"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rwx------");
    }
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    assertThatThrownBy(() -> OwnerOnly.createDirectories(file.resolve("below")))
        .isInstanceOf(IOException.class);
  }
}
