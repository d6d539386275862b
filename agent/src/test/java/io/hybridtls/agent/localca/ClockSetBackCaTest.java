package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.Verdict;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private CA that was made while the clock was ahead, or is used while it is behind. */
class ClockSetBackCaTest {

  private static final Instant RIGHT = CaWorld.START;
  private static final Instant AHEAD = RIGHT.plus(Duration.ofDays(300));
  private static final CertificateSpec MAIL =
      CaWorld.spec(KeyAlgorithm.EC_P256, Set.of(CertificateRole.values()), "mail.contoso.example");

  @TempDir private Path directory;
  private CaWorld world;
  private LocalCa ca;
  private HeldCertificate misdated;

  @BeforeEach
  void makeWhileTheClockIsAhead() throws Exception {
    world = new CaWorld(directory);
    world.clock.set(AHEAD);
    ca = world.open();
    misdated = CaWorld.issue(ca, MAIL);
  }

  @Test
  void whatIsSignedOnceTheClockIsRightShouldGoLive() throws Exception {
    world.clock.set(RIGHT);

    HeldCertificate held = CaWorld.issue(ca, MAIL);

    Verdict verdict =
        new ActivationGate()
            .check(MAIL, generation(2, held), Optional.of(generation(1, misdated)), RIGHT);
    assertThat(verdict).isInstanceOf(Verdict.Open.class);
    assertThat(ca.roots()).hasSize(2);
    X509Certificate root = ca.roots().get(1);
    root.checkValidity(Date.from(RIGHT));
    CaWorld.issuerOf(held).verify(root.getPublicKey());
  }

  @Test
  void anotherRootAndIssuingCaShouldBeMadeOnce() throws Exception {
    world.clock.set(RIGHT);
    X509Certificate issuing = CaWorld.issuerOf(CaWorld.issue(ca));

    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isEqualTo(issuing);
    assertThat(CaWorld.issuerOf(CaWorld.issue(world.open()))).isEqualTo(issuing);
    assertThat(numbers("root")).containsExactly(1L, 2L);
    assertThat(numbers("issuing")).containsExactly(1L, 2L);
  }

  @Test
  void theOperatorShouldHearOfTheRootThatPeersAreToTrust() throws Exception {
    List<List<X509Certificate>> heard = new ArrayList<>();
    ca.onNews(() -> heard.add(ca.roots()));
    world.clock.set(RIGHT);
    CaWorld.issue(ca);

    assertThat(heard).containsExactly(ca.roots());
    assertThat(directory.resolve("root.pem")).hasContent(ca.rootPem());
    assertThat(ca.notice().orElseThrow())
        .startsWith("CN=Contoso Mail Root CA is valid from 2027-09-19T11:55:00Z only: the clock")
        .contains("let all peers trust CN=Contoso Mail Root CA 2 as well now")
        .endsWith("both are in " + directory.resolve("root.pem"));
    world.clock.set(AHEAD);
    assertThat(ca.notice()).isEmpty();
  }

  @Test
  void theSameShouldSignWhileClocksMayDifferByThat() throws Exception {
    X509Certificate first = CaWorld.issuerOf(misdated);
    Instant last = first.getNotBefore().toInstant().minus(Duration.ofMinutes(5));

    world.clock.set(last);
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isEqualTo(first);
    world.clock.set(last.minusSeconds(1));
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isNotEqualTo(first);
  }

  /** The clock may be behind until the network has set it. */
  @Test
  void aStartAloneShouldMakeNoOtherRoot() throws Exception {
    String before = Files.readString(directory.resolve("root.pem"));
    world.clock.set(RIGHT);

    assertThat(world.open().roots()).isEqualTo(ca.roots());
    assertThat(numbers("root")).containsExactly(1L);
    assertThat(directory.resolve("root.pem")).hasContent(before);
  }

  @Test
  void theFirstShouldSignAgainWhereTheClockWasBehindForAWhile() throws Exception {
    world.clock.set(RIGHT);
    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isNotEqualTo(CaWorld.issuerOf(misdated));
    world.clock.set(AHEAD);

    assertThat(CaWorld.issuerOf(CaWorld.issue(ca))).isEqualTo(CaWorld.issuerOf(misdated));
    assertThat(CaWorld.issuerOf(CaWorld.issue(world.open()))).isEqualTo(CaWorld.issuerOf(misdated));
  }

  @Test
  void anIssuingCaThatAloneIsMisdatedShouldBeSucceededUnderTheSameRoot() throws Exception {
    world.clock.set(AHEAD.plus(Duration.ofDays(1825)));
    CaWorld.issue(ca); // an issuing CA that begins then
    world.clock.set(AHEAD.plus(Duration.ofDays(1600)));

    HeldCertificate held = CaWorld.issue(ca);

    assertThat(numbers("issuing")).containsExactly(1L, 2L, 3L);
    assertThat(CaWorld.issuerOf(held).getNotBefore()).isBefore(Date.from(world.clock.instant()));
    CaWorld.issuerOf(held).verify(ca.roots().get(0).getPublicKey());
  }

  private List<Long> numbers(String kind) throws Exception {
    return world.store.generations(CertificateId.of(kind));
  }

  private static Generation generation(long number, HeldCertificate held) {
    return new Generation(MAIL.id(), number, RIGHT, "internal", "test", held);
  }
}
