package io.hybridtls.agent.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A private CA whose settings change while certificates name where it used to publish. */
class ChangedSettingsTest {

  @TempDir private Path directory;
  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);
  private CaWorld world;
  private LocalCa before;
  private HeldCertificate old;

  @BeforeEach
  void start() throws Exception {
    listener.start();
    world = new CaWorld(directory).servedAt(base("/before"));
    before = world.open();
    before.publishTo(routes);
    old = CaWorld.issue(before);
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void aRevocationShouldBeOnTheListsOfBothPlacesAtOnce() throws Exception {
    LocalCa after = before.under(world.servedAt(base("/after")).settings());
    after.publishTo(routes);
    HeldCertificate fresh = CaWorld.issue(after);
    assertThat(RevocationTest.urlOf(fresh.leaf())).startsWith(base("/after/"));

    after.revoke(old.serial(), RevocationReason.SUPERSEDED);
    assertThat(listOf(old).getRevokedCertificate(old.leaf())).isNotNull();

    before.revoke(fresh.serial(), RevocationReason.SUPERSEDED); // began before the change
    for (X509CRL list : new X509CRL[] {listOf(old), listOf(fresh)}) {
      assertThat(list.getRevokedCertificate(old.leaf())).isNotNull();
      assertThat(list.getRevokedCertificate(fresh.leaf())).isNotNull();
    }
    assertThat(after.revoked()).isEqualTo(before.revoked()).hasSize(2);
  }

  @Test
  void anAuthorityThatIsMadeLaterShouldBeServedAtBothPlaces() throws Exception {
    LocalCa after = before.under(world.servedAt(base("/after")).settings());
    after.publishTo(routes);
    world.clock.set(CaWorld.issuerOf(old).getNotAfter().toInstant().minus(Duration.ofDays(91)));
    HeldCertificate fresh = CaWorld.issue(after);
    String url = RevocationTest.urlOf(fresh.leaf());

    RevocationTest.fetch(url).verify(CaWorld.issuerOf(fresh).getPublicKey());
    assertThat(RevocationTest.fetch(url.replace("/after/", "/before/")))
        .isEqualTo(RevocationTest.fetch(url));
  }

  @Test
  void settingsThatAreNotTakenIntoUseShouldChangeNothing() throws Exception {
    LocalCa unused =
        before.under(
            world.servedAt(base("/after")).with(CaWorld.lifetimes(3650, 1825, 10)).settings());
    assertThat(unused.roots()).isEqualTo(before.roots());

    assertThat(CaWorld.issue(before).lifetime()).isGreaterThan(Duration.ofDays(89));
    String elsewhere = RevocationTest.urlOf(old.leaf()).replace("/before/", "/after/");
    assertThatThrownBy(() -> RevocationTest.fetch(elsewhere)).isInstanceOf(CRLException.class);
  }

  private static X509CRL listOf(HeldCertificate held) throws Exception {
    X509CRL list = RevocationTest.fetch(RevocationTest.urlOf(held.leaf()));
    list.verify(CaWorld.issuerOf(held).getPublicKey());
    return list;
  }

  private String base(String path) {
    return "http://127.0.0.1:" + listener.address().getPort() + path;
  }
}
