package io.hybridtls.certstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link CertificateStore} keeps to; each implementation's test inherits it. */
abstract class CertificateStoreContract {

  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  static final CertificateId MAIL = CertificateId.of("mail");
  static final CertificateId WEB = CertificateId.of("web");

  static final TestCa CA = TestCa.named("Contoso");
  static final HeldCertificate CERTIFICATE = CA.issue("mail.contoso.example");
  static final HeldCertificate RSA = CA.leaf("mail.contoso.example").rsa().issue();

  /** An empty store, whose clock says {@link #NOW}. */
  abstract CertificateStore store() throws StoreException;

  /** The same store as after a restart of the agent. */
  abstract CertificateStore reopened() throws StoreException;

  @Test
  void shouldBeEmptyAtFirst() throws Exception {
    CertificateStore store = store();

    assertThat(store.ids()).isEmpty();
    assertThat(store.generations(MAIL)).isEmpty();
    assertThat(store.active(MAIL)).isEmpty();
    assertThat(store.find(MAIL, 1)).isEmpty();
  }

  @Test
  void shouldGiveBackWhatItWasGivenAfterARestart() throws Exception {
    Generation appended = store().append(MAIL, CERTIFICATE, "letsencrypt", "nothing was held");

    Generation found = reopened().find(MAIL, 1).orElseThrow();

    assertThat(found)
        .usingRecursiveComparison()
        .ignoringFields("certificates")
        .isEqualTo(appended)
        .isEqualTo(new Generation(MAIL, 1, NOW, "letsencrypt", "nothing was held", CERTIFICATE));
    assertThat(found.certificate().chain()).isEqualTo(CERTIFICATE.chain());
    assertThat(found.certificate().key()).isEqualTo(CERTIFICATE.key());
  }

  @Test
  void shouldKeepAnRsaKeyAndTextOfAnyScript() throws Exception {
    store().append(MAIL, RSA, "Büro \"CA\"", "neu\nund geändert");

    Generation found = reopened().find(MAIL, 1).orElseThrow();

    assertThat(found.certificate().key()).isEqualTo(RSA.key());
    assertThat(found.issuer()).isEqualTo("Büro \"CA\"");
    assertThat(found.reason()).isEqualTo("neu\nund geändert");
  }

  @Test
  void shouldKeepTheCertificatesOfSeveralKeysInTheirOrder() throws Exception {
    List<HeldCertificate> both = List.of(RSA, CERTIFICATE);
    Generation appended = store().append(MAIL, both, "letsencrypt", "nothing was held");

    Generation found = reopened().find(MAIL, 1).orElseThrow();

    assertThat(appended.certificates()).isEqualTo(both);
    assertThat(found.certificates())
        .extracting(HeldCertificate::key)
        .containsExactly(RSA.key(), CERTIFICATE.key());
    assertThat(found.certificates())
        .extracting(HeldCertificate::chain)
        .containsExactly(RSA.chain(), CERTIFICATE.chain());
  }

  @Test
  void shouldKeepGenerationsOfOneKeyBesideThoseOfSeveral() throws Exception {
    CertificateStore store = store();
    append(store);
    store.append(MAIL, List.of(RSA, CERTIFICATE), "letsencrypt", "a key was added");
    append(store);

    CertificateStore reopened = reopened();

    assertThat(reopened.find(MAIL, 1).orElseThrow().certificates()).hasSize(1);
    assertThat(reopened.find(MAIL, 2).orElseThrow().certificates()).hasSize(2);
    assertThat(reopened.find(MAIL, 3).orElseThrow().certificates()).hasSize(1);
  }

  @Test
  void shouldNumberGenerationsFromOneUpward() throws Exception {
    CertificateStore store = store();

    LongStream.rangeClosed(1, 11).forEach(n -> assertThat(append(store).number()).isEqualTo(n));

    assertThat(store.generations(MAIL)).isEqualTo(LongStream.rangeClosed(1, 11).boxed().toList());
    assertThat(store.ids()).containsExactly(MAIL);
  }

  @Test
  void shouldActivateNothingByItself() throws Exception {
    CertificateStore store = store();
    append(store);

    assertThat(store.activeNumber(MAIL)).isEmpty();
  }

  @Test
  void shouldRememberWhichGenerationIsActive() throws Exception {
    CertificateStore store = store();
    append(store);
    append(store);
    store.activate(MAIL, 2);
    store.activate(MAIL, 1);

    assertThat(reopened().active(MAIL)).map(Generation::label).contains("mail/1");
  }

  @Test
  void shouldNotActivateWhatIsNotStored() throws Exception {
    CertificateStore store = store();
    append(store);
    store.activate(MAIL, 1);

    assertThatThrownBy(() -> store.activate(MAIL, 2))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("mail/2 is not stored");
    assertThat(store.activeNumber(MAIL)).contains(1L);
  }

  @Test
  void shouldPruneTheOldestButNeverTheActive() throws Exception {
    CertificateStore store = store();
    IntStream.range(0, 6).forEach(n -> append(store));
    store.activate(MAIL, 2);

    store.prune(MAIL, 3);

    assertThat(reopened().generations(MAIL)).containsExactly(2L, 4L, 5L, 6L);
    assertThat(append(store).number()).isEqualTo(7);
  }

  @Test
  void shouldPruneNothingWhenThereIsLittle() throws Exception {
    CertificateStore store = store();
    append(store);

    store.prune(MAIL, 5);
    store.prune(WEB, 5);

    assertThat(store.generations(MAIL)).containsExactly(1L);
  }

  @Test
  void shouldKeepIdsApart() throws Exception {
    CertificateStore store = store();
    store.append(WEB, CERTIFICATE, "internal", "nothing was held");
    append(store);

    assertThat(store.ids()).containsExactly(MAIL, WEB);
    assertThat(store.find(WEB, 1)).map(Generation::issuer).contains("internal");
  }

  @Test
  void shouldNumberEachGenerationOnceWhenThreadsAppendTogether() throws Exception {
    CertificateStore store = store();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> numbers =
          IntStream.range(0, 20)
              .mapToObj(n -> threads.submit(() -> append(store).number()))
              .toList();

      for (Future<Long> number : numbers) {
        assertThat(number.get()).isBetween(1L, 20L);
      }
      assertThat(store.generations(MAIL)).hasSize(20);
    } finally {
      threads.shutdownNow();
    }
  }

  static Generation append(CertificateStore store) {
    try {
      return store.append(MAIL, CERTIFICATE, "letsencrypt", "two thirds of the lifetime gone");
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }
}
