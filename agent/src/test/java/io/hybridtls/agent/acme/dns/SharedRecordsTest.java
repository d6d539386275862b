package io.hybridtls.agent.acme.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;

/** Orders that prove a name by the same record. */
@Timeout(30)
class SharedRecordsTest {

  private static final TxtRecord RECORD = record("digest");

  private final List<String> written = Collections.synchronizedList(new ArrayList<>());
  private final List<IOException> failures = new ArrayList<>();
  private Runnable atRemoval = () -> {};
  private final Set<String> noted = Collections.synchronizedSet(new TreeSet<>());
  private final Notes notes = new Notes();
  private final SharedRecords records = new SharedRecords(new Zone(), notes);

  @Test
  void theLastToNeedARecordShouldRemoveIt() throws IOException {
    records.add(RECORD);
    records.add(RECORD);
    records.add(record("other"));
    records.remove(RECORD);
    assertThat(written).containsExactly("add digest", "add other");

    records.remove(RECORD);
    assertThat(written).endsWith("remove digest");
    records.add(RECORD);
    assertThat(written).endsWith("add digest");
  }

  @Test
  void aRecordThatIsBeingRemovedShouldBeAddedAgainAfterwards() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch removing = new CountDownLatch(1);
    records.add(RECORD);
    atRemoval =
        () -> {
          removing.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Thread first = doing(() -> records.remove(RECORD));
    removing.await();
    Thread second = doing(() -> records.add(RECORD));
    await().until(() -> second.getState() == Thread.State.BLOCKED);
    goOn.countDown();
    first.join();
    second.join();

    assertThat(written).containsExactly("add digest", "remove digest", "add digest");
  }

  @Test
  void whoIsRefusedShouldNotKeepTheRecordForOthers() throws IOException {
    failures.add(new RefusedChangeException("update.server", "no"));
    assertThatThrownBy(() -> records.add(RECORD)).isInstanceOf(RefusedChangeException.class);
    records.add(RECORD);
    records.remove(RECORD);

    assertThat(written).containsExactly("add digest", "remove digest");
  }

  @Test
  void whatMayHaveBeenAddedShouldBeRemovedUnlessAnotherHasAddedIt() throws IOException {
    failures.add(new IOException("no answer"));
    assertThatThrownBy(() -> records.add(RECORD)).hasMessage("no answer");
    records.add(RECORD);
    records.remove(RECORD);
    assertThat(written).containsExactly("add digest");

    records.remove(RECORD);
    assertThat(written).containsExactly("add digest", "remove digest");
  }

  @Test
  void whatIsInAZoneShouldBeNotedBeforeAndUntilItIsRemoved() throws IOException {
    failures.add(new IOException("no answer"));
    assertThatThrownBy(() -> records.add(RECORD)).hasMessage("no answer");
    assertThat(noted).as("it may be there").containsExactly("digest");
    failures.add(new RefusedChangeException("update.server", "no"));
    assertThatThrownBy(() -> records.add(record("other"))).hasMessage("no");
    assertThat(noted).as("a refused one is not").containsExactly("digest");

    atRemoval = () -> assertThat(noted).containsExactly("digest");
    records.remove(RECORD);
    assertThat(noted).isEmpty();
  }

  @Test
  void whatAnEarlierRunHasLeftShouldBeRemovedUnlessItIsNeededNow() throws IOException {
    records.add(RECORD);
    records.removeUnused(RECORD);
    assertThat(written).containsExactly("add digest");

    records.remove(RECORD);
    records.removeUnused(record("left"));
    assertThat(written).containsExactly("add digest", "remove digest", "remove left");
  }

  @Test
  void whatAnOrderUnderTheSettingsOfBeforeNeedsShouldStay() throws IOException {
    records.add(RECORD);
    SharedRecords afterReload = new SharedRecords(new Zone(), notes);
    afterReload.removeUnused(RECORD);
    afterReload.add(RECORD);
    records.remove(RECORD);
    assertThat(written).containsExactly("add digest");

    afterReload.remove(RECORD);
    assertThat(written).containsExactly("add digest", "remove digest");
  }

  @Test
  void aRefusalShouldNotForgetWhatAnEarlierRunHasWritten() {
    noted.add(RECORD.value());
    failures.add(new RefusedChangeException("update.key-name", "no"));
    assertThatThrownBy(() -> records.add(RECORD)).hasMessage("no");

    assertThat(noted).containsExactly("digest");
  }

  private static TxtRecord record(String value) {
    return new TxtRecord(Name.fromConstantString("_acme-challenge.contoso.example."), value);
  }

  /** Something that a publisher does. */
  @FunctionalInterface
  private interface Change {
    void make() throws IOException;
  }

  private static Thread doing(Change change) {
    Thread thread =
        new Thread(
            () -> {
              try {
                change.make();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  private final class Notes implements RecordNotes {
    private final RecordNeeds needs = new RecordNeeds();

    @Override
    public RecordNeeds needs() {
      return needs;
    }

    @Override
    public boolean put(TxtRecord record) {
      return noted.add(record.value());
    }

    @Override
    public void remove(TxtRecord record) {
      noted.remove(record.value());
    }
  }

  private final class Zone implements TxtPublisher {
    @Override
    public void add(TxtRecord record) throws IOException {
      if (!failures.isEmpty()) {
        throw failures.remove(0);
      }
      written.add("add " + record.value());
    }

    @Override
    public void remove(TxtRecord record) {
      atRemoval.run();
      written.add("remove " + record.value());
    }
  }
}
