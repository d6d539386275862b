package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When issuing CAs and roots succeed each other: lifetimes of 3650, 1825 and 90 days. */
class SuccessionTest {

  /** What an issuing CA has left, at least, when it signs for 90 days: them, and its margin. */
  private static final Duration NEEDED = Duration.ofHours((90 * 24) + (1825 * 24 / 10));

  private static final Duration A_SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private CaWorld world;

  @BeforeEach
  void begin() {
    world = new CaWorld(directory);
  }

  @Test
  void anIssuingCaShouldSignWhileItHasEnoughLeftAndNotASecondLonger() throws Exception {
    LocalCa ca = world.open();
    X509Certificate first = CaWorld.issuerOf(CaWorld.issue(ca));
    Instant last = first.getNotAfter().toInstant().minus(NEEDED);

    world.clock.set(last.minus(A_SECOND));
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isEqualTo(first);
    world.clock.set(last);
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isEqualTo(first);
    world.clock.set(last.plus(A_SECOND));
    X509Certificate second = CaWorld.issuerOf(CaWorld.issue(ca));

    assertThat(second.getSubjectX500Principal().getName())
        .isEqualTo("CN=Contoso Mail Issuing CA 2");
    assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(second.getNotAfter()).isEqualTo(world.clock.instant().plus(Duration.ofDays(1825)));
    second.verify(ca.roots().get(0).getPublicKey());
  }

  @Test
  void theNewIssuingCaShouldGoOnAfterARestart() throws Exception {
    LocalCa ca = world.open();
    world.clock.advance(Duration.ofDays(1825).minus(NEEDED).plus(A_SECOND));
    X509Certificate second = CaWorld.issuerOf(CaWorld.issue(ca));

    assertThat(CaWorld.issuerOf(CaWorld.issue(world.open()))).isEqualTo(second);
  }

  @Test
  void aCaThatSleptThroughItsIssuingCasEndShouldMakeAnother() throws Exception {
    LocalCa ca = world.open();
    world.clock.advance(Duration.ofDays(1900));

    HeldCertificate held = CaWorld.issue(ca);

    assertThat(held.notAfter()).isEqualTo(world.clock.instant().plus(Duration.ofDays(90)));
  }

  @Test
  void aSuccessorOfTheRootShouldBeThereInTimeAndNotSignYet() throws Exception {
    LocalCa ca = world.open();
    X509Certificate first = ca.roots().get(0);
    Instant last = first.getNotAfter().toInstant().minus(CaWorld.LIFETIMES.successorAt());

    world.clock.set(last);
    assertThat(CaWorld.issue(ca)).isNotNull();
    assertThat(ca.roots()).containsExactly(first);
    world.clock.set(last.plus(A_SECOND));
    HeldCertificate held = CaWorld.issue(ca);

    assertThat(ca.roots()).hasSize(2).startsWith(first);
    CaWorld.issuerOf(held).verify(first.getPublicKey());
    assertThat(Files.readString(directory.resolve("root.pem"))).isEqualTo(ca.rootPem());
    assertThat(ca.rootPem().split("BEGIN CERTIFICATE", -1)).hasSize(3);
    assertThat(ca.notice())
        .hasValueSatisfying(
            notice ->
                assertThat(notice)
                    .startsWith("CN=Contoso Mail Root CA ends at 2036-11-20T12:00:00Z")
                    .contains("trust CN=Contoso Mail Root CA 2 as well before 2033-05-23T00:00:00Z")
                    .contains("root.pem"));
    world.clock.set(Instant.parse("2033-05-23T00:00:00Z"));
    assertThat(ca.notice().orElseThrow())
        .contains("trust CN=Contoso Mail Root CA 2 as well now, since it may sign already");
  }

  @Test
  void whoeverListensShouldHearOfTheSuccessorOfTheRootOnce() throws Exception {
    LocalCa ca = world.open();
    List<List<X509Certificate>> heard = new ArrayList<>();
    ca.onNews(() -> heard.add(ca.roots()));
    Instant end = ca.roots().get(0).getNotAfter().toInstant();
    world.clock.set(end.minus(CaWorld.LIFETIMES.successorAt()).plus(A_SECOND));

    CaWorld.issue(ca);
    CaWorld.issue(ca);

    assertThat(heard).singleElement().asInstanceOf(LIST).hasSize(2);
  }

  /** Certificates every two months, for thirty years, of a CA that is restarted every few. */
  @Test
  void nothingShouldEverBeCutShortOrComeFromARootThatIsNews() throws Exception {
    LocalCa ca = world.open();
    Map<X509Certificate, Instant> known = new HashMap<>();
    List<X509Certificate> used = new ArrayList<>();
    for (int month = 0; month < 360; month += 2) {
      HeldCertificate held = CaWorld.issue(ca);
      Instant now = world.clock.instant();
      ca.roots().forEach(root -> known.putIfAbsent(root, now));
      X509Certificate issuing = CaWorld.issuerOf(held);
      X509Certificate root = signerOf(issuing, ca.roots());

      assertThat(held.notAfter()).isEqualTo(now.plus(Duration.ofDays(90)));
      assertThat(issuing.getNotAfter().toInstant()).isAfter(held.notAfter());
      assertThat(root.getNotAfter()).isAfterOrEqualTo(issuing.getNotAfter());
      if (!used.contains(root)) {
        Instant since = known.getOrDefault(root, now);
        assertThat(used.isEmpty() || !since.plus(Duration.ofDays(365)).isAfter(now)).isTrue();
        used.add(root);
      }
      world.clock.advance(Duration.ofDays(61));
      ca = month % 14 == 0 ? world.open() : ca;
    }
    assertThat(used).hasSizeBetween(3, 7);
    assertThat(world.store.generations(CertificateId.of("issuing"))).hasSizeBetween(6, 12);
  }

  @Test
  void anIssuingCaShouldGoOnWhenItsSuccessorCannotBeKept() throws Exception {
    FillingStore store = new FillingStore(world.store);
    LocalCa ca = LocalCa.open(world.settings(), store, directory, world.clock, CaWorld.RANDOM);
    X509Certificate first = CaWorld.issuerOf(CaWorld.issue(ca));
    store.fillUp();
    world.clock.set(first.getNotAfter().toInstant().minus(Duration.ofDays(90)));

    HeldCertificate held = CaWorld.issue(ca);
    world.clock.advance(A_SECOND);

    assertThat(CaWorld.issuerOf(held)).isEqualTo(first);
    assertThat(held.notAfter()).isEqualTo(first.getNotAfter().toInstant());
    assertThatThrownBy(() -> CaWorld.issue(ca))
        .hasMessageContaining("a new issuing CA is needed: the disk is full");
  }

  @Test
  void aLongerLifetimeShouldBeGrantedByAnIssuingCaThatOutlivesIt() throws Exception {
    LocalCa ca = world.open();
    world.clock.advance(Duration.ofDays(800));
    byte[] csr = PeerCsr.ofEcKey().der();

    List<X509Certificate> chain =
        ca.issueFor("device42", csr, PeerCsr.CLIENT, Optional.of(Duration.ofDays(900)));

    assertThat(chain.get(0).getNotAfter())
        .isEqualTo(world.clock.instant().plus(Duration.ofDays(900)));
    assertThat(chain.get(1).getSubjectX500Principal().getName())
        .isEqualTo("CN=Contoso Mail Issuing CA 2");
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca)).getSubjectX500Principal().getName())
        .as("what the first one can still sign, it signs")
        .isEqualTo("CN=Contoso Mail Issuing CA");
  }

  private static X509Certificate signerOf(X509Certificate issuing, List<X509Certificate> roots) {
    return roots.stream()
        .filter(root -> root.getSubjectX500Principal().equals(issuing.getIssuerX500Principal()))
        .findFirst()
        .orElseThrow();
  }
}
