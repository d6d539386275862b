package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.testing.NoNotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** Programs that do their work, fail, hang, and are not there. */
@Timeout(60)
class CommandPublisherTest {

  private static final TxtRecord RECORD =
      new TxtRecord(Name.fromConstantString("_acme-challenge.contoso.example."), "the digest");

  @TempDir private Path folder;

  @Test
  void shouldTellTheProgramWhatToDoAndWithWhat() throws Exception {
    Path noted = folder.resolve("noted");
    String script =
        "echo \"$1 $2 $HYBRIDTLS_DNS_ACTION $HYBRIDTLS_DNS_NAME=$HYBRIDTLS_DNS_VALUE\" >> " + noted;
    TxtPublisher publisher = publisher(script, Duration.ofSeconds(30));
    publisher.add(RECORD);
    publisher.remove(RECORD);

    assertThat(noted)
        .hasContent(
            """
            zone-tool present present _acme-challenge.contoso.example=the digest
            zone-tool cleanup cleanup _acme-challenge.contoso.example=the digest
            """);
  }

  @Test
  void shouldNotGiveTheProgramWhatIsWithheld() throws Exception {
    assertThat(System.getenv()).containsKeys("HOME", "PATH");
    Path noted = folder.resolve("noted");

    publisher("env > " + noted, Duration.ofSeconds(30)).add(RECORD);

    assertThat(Files.readAllLines(noted))
        .anyMatch(line -> line.startsWith("PATH="))
        .noneMatch(line -> line.startsWith("HOME="));
  }

  @Test
  void shouldRepeatWhatAFailingProgramSays() throws Exception {
    TxtPublisher publisher = publisher("echo no such zone >&2; exit 3", Duration.ofSeconds(30));

    assertThatThrownBy(() -> publisher.add(RECORD))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("present ended with exit code 3, and said: no such zone");
  }

  @Test
  void shouldRepeatTheEndOfWhatAChattyProgramSays() throws Exception {
    TxtPublisher publisher =
        publisher("yes talk | head -c 100000; echo the reason; exit 1", Duration.ofSeconds(30));

    assertThatThrownBy(() -> publisher.add(RECORD))
        .hasMessageEndingWith("the reason")
        .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(1_200));
  }

  @Test
  void shouldEndAProgramThatHangsWithItsChildren() throws Exception {
    Path pid = folder.resolve("pid");
    TxtPublisher publisher =
        publisher("sleep 600 & echo $! > " + pid + "; wait", Duration.ofSeconds(2));

    assertThatThrownBy(() -> publisher.add(RECORD))
        .hasMessageContaining("did not end within 2 s, and said nothing");
    long child = Long.parseLong(Files.readString(pid).strip());
    await().until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void shouldNameAProgramThatCannotBeRun() {
    TxtPublisher publisher =
        TxtPublisher.by(
            new CommandSettings(
                List.of(folder.resolve("missing").toString()), Duration.ofSeconds(30), Set.of()),
            new NoNotes());

    assertThatThrownBy(() -> publisher.add(RECORD))
        .isInstanceOf(RefusedChangeException.class)
        .hasMessageStartingWith(folder.resolve("missing") + " cannot be run (")
        .hasMessageEndingWith("name a program that the agent's user may execute");
  }

  private TxtPublisher publisher(String script, Duration timeout) throws IOException {
    Path program = folder.resolve("hook");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return TxtPublisher.by(
        new CommandSettings(List.of(program.toString(), "zone-tool"), timeout, Set.of("HOME")),
        new NoNotes());
  }
}
