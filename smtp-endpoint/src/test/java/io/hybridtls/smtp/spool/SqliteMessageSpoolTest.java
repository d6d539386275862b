package io.hybridtls.smtp.spool;

import static io.hybridtls.smtp.spool.testing.TestSpool.accept;
import static io.hybridtls.smtp.spool.testing.TestSpool.await;
import static io.hybridtls.smtp.spool.testing.TestSpool.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hybridtls.smtp.spool.testing.TestSpool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMessageSpoolTest extends MessageSpoolContract {

  @TempDir Path temporary;

  @Override
  MessageSpool open(InstantSource clock) throws SpoolException {
    return TestSpool.open(temporary, clock);
  }

  private Path inSpool(String name) {
    return temporary.resolve("spool").resolve(name);
  }

  @Test
  void filesShouldBeReadableByTheirOwnerAlone() throws Exception {
    accept(spool, message("bob@cloud.example"));
    spool.openLargeBody().finish();

    try (var files = Files.walk(temporary.resolve("spool"))) {
      assertThat(files)
          .hasSizeGreaterThan(5)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
    }
  }

  @Test
  void openShouldRefuseWideModesAndNameTheRemedy() throws Exception {
    spool.close();
    for (String name : List.of("", "large", "spool.db")) {
      Path file = inSpool(name);
      var before = Files.getPosixFilePermissions(file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
      assertThatExceptionOfType(SpoolException.class)
          .isThrownBy(() -> open(clock))
          .withMessageContaining(
              "run chmod " + (name.equals("spool.db") ? "0600 " : "0700 ") + file);
      Files.setPosixFilePermissions(file, before);
    }
    spool = open(clock);
  }

  @Test
  void openShouldRefuseASpoolThatIsOpen() throws Exception {
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> open(clock))
        .withMessageContaining("already open in this process");

    accept(spool, message("bob@cloud.example"));
    assertThat(lease(10)).hasSize(1);
  }

  @Test
  void openShouldRefuseANewerSchema() throws Exception {
    spool.close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + inSpool("spool.db"));
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 7");
    }
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> open(clock))
        .withMessageContaining("schema version 7")
        .withMessageContaining("knows 1 at most");
  }

  @Test
  void openShouldSayWhenTheDatabaseIsNone() throws Exception {
    spool.close();
    Files.write(inSpool("spool.db"), new byte[10_000]);

    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> open(clock))
        .withMessageContaining(temporary.resolve("spool") + " cannot be opened");
  }

  @Test
  void openShouldRemoveLargeBodiesThatNoMessageHas() throws Exception {
    MessageBody.Large orphan;
    try (LargeBodyWriter writer = spool.openLargeBody()) {
      orphan = writer.finish();
    }
    reopen();
    assertThat(orphan.file()).doesNotExist();
  }

  @Test
  void closeShouldLeaveOneDatabaseFile() throws Exception {
    accept(spool, message("bob@cloud.example"));
    spool.close();

    assertThat(inSpool("spool.db")).isNotEmptyFile();
    assertThat(inSpool("spool.db-wal")).doesNotExist();
  }

  @Test
  void leaseShouldFindWhatDidNotFitIntoMemory() throws Exception {
    spool.close();
    spool = TestSpool.open(TestSpool.settings(temporary).withHotBytes(2_000), clock);
    for (int i = 0; i < 20; i++) {
      accept(spool, message("bob@cloud.example"));
    }

    List<LeasedMessage> first = lease(7);
    List<LeasedMessage> rest = lease(20);

    assertThat(first).hasSize(7);
    assertThat(rest).hasSize(13);
    assertThat(first).extracting(LeasedMessage::id).isSorted();
    assertThat(rest)
        .extracting(LeasedMessage::id)
        .isSorted()
        .doesNotContainAnyElementsOf(first.stream().map(LeasedMessage::id).toList());
    assertThat(spool.nextDue()).isEmpty();
    await(spool.settle(rest.get(3), List.of()));
    assertThat(lease(20)).extracting(LeasedMessage::id).containsExactly(rest.get(3).id());
  }
}
