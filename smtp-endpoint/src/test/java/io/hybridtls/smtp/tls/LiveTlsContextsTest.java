package io.hybridtls.smtp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.netty.handler.ssl.SslContext;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveTlsContextsTest {

  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId WEB = CertificateId.of("web");
  private static final ClientCertificateMode NONE = ClientCertificateMode.NONE;
  private static final TlsUses MAIL_ONLY = uses(MAIL);
  private static final TlsUses BOTH = uses(MAIL, WEB);

  private final TestCa ca = TestCa.named("Contoso");
  private final LiveCertificateRegistry certificates = LiveCertificateRegistry.empty();
  private LiveTlsContexts contexts;

  @BeforeEach
  void follow() throws Exception {
    publish(MAIL, 1);
    publish(WEB, 1);
    contexts = LiveTlsContexts.follow(certificates, BOTH);
  }

  @Test
  void aSwapShouldRenewTheContextsOfItsCertificateAndKeepTheOthers() throws Exception {
    SslContext mail = server(MAIL);
    SslContext web = server(WEB);

    publish(MAIL, 2);

    assertThat(server(MAIL)).isNotSameAs(mail);
    assertThat(server(WEB)).isSameAs(web);
  }

  @Test
  void aGenerationWhoseSecondCertificateIsAnotherShouldRenewTheContexts() throws Exception {
    HeldCertificate first = ca.issue("mail.contoso.example");
    publishBoth(first, ca.leaf("mail.contoso.example").rsa().issue());
    SslContext before = server(MAIL);

    publishBoth(first, ca.leaf("mail.contoso.example").rsa().issue());

    assertThat(server(MAIL)).isNotSameAs(before);
  }

  @Test
  void aSwapShouldRenewTheIdentityOfConnections() throws Exception {
    publish(MAIL, 2);

    assertThat(contexts.client(Optional.of(MAIL)).orElseThrow().identity()).isEqualTo("mail/2");
    assertThat(contexts.client(Optional.empty()).orElseThrow().identity()).isEqualTo("anonymous");
  }

  @Test
  void aChangeOfConfigurationShouldRenewEveryContext() throws Exception {
    SslContext web = server(WEB);

    contexts.prepare(BOTH).run();

    assertThat(server(WEB)).isNotSameAs(web);
  }

  @Test
  void nothingShouldChangeBeforeWhatWasPreparedIsPutIntoUse() throws Exception {
    SslContext mail = server(MAIL);

    contexts.prepare(MAIL_ONLY);

    assertThat(server(MAIL)).isSameAs(mail);
    assertThat(contexts.server(WEB, NONE)).isPresent();
  }

  @Test
  void aSwapBetweenTheTwoHalvesOfAReloadShouldNotBeUndone() throws Exception {
    Runnable reload = contexts.prepare(BOTH);
    SslContext before = server(WEB);
    publish(MAIL, 2);

    reload.run();

    assertThat(contexts.client(Optional.of(MAIL)).orElseThrow().identity()).isEqualTo("mail/2");
    assertThat(server(WEB)).as("the reload's own").isNotSameAs(before);
  }

  @Test
  void aReloadBetweenTheTwoHalvesOfASwapShouldNotBeUndone() throws Exception {
    contexts.prepare(MAIL_ONLY).run();
    Runnable[] swap = new Runnable[1];
    certificates.join(
        next -> {
          swap[0] = contexts.prepare(next);
          contexts.prepare(BOTH).run();
          return swap[0];
        });

    publish(MAIL, 2);

    assertThat(contexts.server(WEB, NONE)).isPresent();
    assertThat(contexts.client(Optional.of(MAIL)).orElseThrow().identity()).isEqualTo("mail/2");
  }

  @Test
  void aKeyThatNoHandshakeCanUseShouldBeRefusedForEitherRole() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(512);
    KeyPair tooShort = generator.generateKeyPair();
    HeldCertificate unusable = ca.leaf("mail.contoso.example").keys(tooShort).issue();

    for (TlsUses uses :
        List.of(
            new TlsUses(Set.of(new ServerUse(MAIL, NONE)), Set.of()),
            new TlsUses(Set.of(), Set.of(MAIL)))) {
      LiveCertificateRegistry fresh = LiveCertificateRegistry.empty();
      LiveTlsContexts following = LiveTlsContexts.follow(fresh, uses);

      assertThatThrownBy(() -> fresh.publish(List.of(generation(MAIL, 1, unusable))))
          .isInstanceOf(SwapRejectedException.class)
          .hasMessageStartingWith("the TLS library refuses mail/1: ");
      assertThat(following.server(MAIL, NONE)).isEmpty();
      assertThat(following.client(Optional.of(MAIL))).isEmpty();
    }
  }

  @Test
  void keysThatAreCommonShouldBeTakenForEitherRole() throws Exception {
    KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(384);

    certificates.publish(
        List.of(
            generation(MAIL, 2, ca.leaf("mail.contoso.example").rsa().issue()),
            generation(
                WEB, 2, ca.leaf("web.contoso.example").keys(p384.generateKeyPair()).issue())));

    assertThat(contexts.client(Optional.of(MAIL)).orElseThrow().identity()).isEqualTo("mail/2");
    assertThat(contexts.client(Optional.of(WEB)).orElseThrow().identity()).isEqualTo("web/2");
  }

  @Test
  void aCertificateThatIsWithdrawnShouldLeaveNoContext() throws Exception {
    certificates.retain(Set.of(WEB));

    assertThat(contexts.server(MAIL, NONE)).isEmpty();
    assertThat(contexts.client(Optional.of(MAIL))).isEmpty();
    assertThat(contexts.server(WEB, NONE)).isPresent();
  }

  private SslContext server(CertificateId id) {
    return contexts.server(id, NONE).orElseThrow();
  }

  private void publish(CertificateId id, long number) throws SwapRejectedException {
    certificates.publish(List.of(generation(id, number, ca.issue(id + ".contoso.example"))));
  }

  private void publishBoth(HeldCertificate first, HeldCertificate second)
      throws SwapRejectedException {
    certificates.publish(
        List.of(
            new Generation(
                MAIL, 2, Instant.EPOCH, "test", "a test wanted it", List.of(first, second))));
  }

  private static Generation generation(CertificateId id, long number, HeldCertificate held) {
    return new Generation(id, number, Instant.EPOCH, "test", "a test wanted it", held);
  }

  private static TlsUses uses(CertificateId... ids) {
    return new TlsUses(
        List.of(ids).stream().map(id -> new ServerUse(id, NONE)).collect(Collectors.toSet()),
        Set.of(ids));
  }
}
