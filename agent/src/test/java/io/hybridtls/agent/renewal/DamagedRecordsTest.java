package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.StoreSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut makes of a record costs an order at the most, and never the start. */
class DamagedRecordsTest {

  private static final String ORDER = "https://ca.example/order/1";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
  private static final CertificateSpec SPEC =
      new CertificateSpec(
          CertificateId.of("mail"),
          List.of(DnsName.of("mail.contoso.example")),
          "ca",
          KeyAlgorithm.EC_P256,
          Set.of(CertificateRole.SERVER));

  @TempDir private Path state;

  @Test
  void aDraftThatIsDamagedShouldBeAskedForAnew() throws Exception {
    request().place(ORDER);
    Path record = onlyFileIn("drafts");
    byte[] whole = Files.readAllBytes(record);

    for (byte[] content : damaged(whole)) {
      Files.write(record, content);
      assertThat(request().placed()).isIn(Optional.empty(), Optional.of(ORDER));
    }
    Files.write(record, whole);
    assertThat(request().placed()).contains(ORDER);
  }

  @Test
  void aJournalEntryThatIsDamagedShouldKeepNoOtherDown() throws Exception {
    CertificateId web = CertificateId.of("web");
    IssuanceJournal journal = journal();
    journal.update(SPEC.id(), entry -> failed());
    journal.update(web, entry -> failed());
    Path record = state.resolve("journal/mail.json");

    for (byte[] content : damaged(Files.readAllBytes(record))) {
      Files.write(record, content);
      IssuanceJournal reopened = journal();
      assertThat(reopened.find(SPEC.id())).isIn(JournalEntry.NONE, failed());
      assertThat(reopened.find(web)).isEqualTo(failed());
    }
  }

  /** Cut short anywhere, and blocks that were never written. */
  private static List<byte[]> damaged(byte[] whole) {
    List<byte[]> contents = new ArrayList<>();
    for (int length = 0; length < whole.length; length++) {
      contents.add(Arrays.copyOf(whole, length));
    }
    contents.add(new byte[whole.length]);
    contents.add(new byte[] {(byte) 0xff, (byte) 0xfe, 0x00, (byte) 0x80});
    for (String json : List.of("null", "[]", "5", "\"\"", "{}", "[[[[[[[[")) {
      contents.add(json.getBytes(StandardCharsets.US_ASCII));
    }
    return contents;
  }

  private static JournalEntry failed() {
    return new JournalEntry(
        Optional.of(CLOCK.instant()),
        1,
        Optional.of("the CA hung up"),
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Optional.empty());
  }

  private IssuanceJournal journal() throws Exception {
    return IssuanceJournal.open(state.resolve("journal"));
  }

  private IssuanceRequest request() throws Exception {
    IssuanceDrafts drafts =
        IssuanceDrafts.open(
            state.resolve("drafts"),
            CertificateStores.openKeys(state, StoreSecret.of("correct horse battery staple")),
            RevokedCertificates.open(state.resolve("revoked"), CLOCK),
            CLOCK,
            new SecureRandom());
    IssuanceRequest request = drafts.request(SPEC, SPEC.key(), SPEC.issuer(), Optional.empty(), 0);
    request.keys();
    return request;
  }

  private Path onlyFileIn(String folder) throws Exception {
    try (Stream<Path> all = Files.walk(state.resolve(folder))) {
      return all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }
}
