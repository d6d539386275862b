package io.hybridtls.agent.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.PebbleOptions;
import io.hybridtls.agent.testing.PebblePeer;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.RevocationReason;

/** An account's life at a real CA that asks for an external account binding. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class AcmeAccountContract {

  private static final String HMAC_KEY =
      "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

  private final HttpRoutes routes = new HttpRoutes();
  private final HttpListener listener =
      new HttpListener(
          new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), routes);
  private Path folder;
  private PebblePeer pebble;
  private AcmeWorld world;

  /** {@code options}, for the Pebble of this version. */
  abstract PebbleOptions version(PebbleOptions options);

  @BeforeAll
  void start(@TempDir Path own) throws Exception {
    folder = own;
    listener.start();
    PebbleOptions options =
        PebbleOptions.http(listener.address().getPort())
            .withAlternates(1)
            .with(
                """
                "externalAccountBindingRequired": true,
                "externalAccountMACKeys": {"kid-1": "%s"},
                """
                    .formatted(HMAC_KEY));
    pebble = PebblePeer.start(folder, version(options));
  }

  @BeforeEach
  void begin() {
    world = new AcmeWorld(routes, folder);
  }

  @AfterAll
  void stop() {
    Stream.ofNullable(pebble).forEach(PebblePeer::close);
    listener.close();
  }

  @Test
  void shouldShowTheBindingOnceAndThenUseTheAccount() throws Exception {
    AcmeAccountActions.Shown made = world.issuer(bound("kid-1", HMAC_KEY)).account().show();
    AcmeAccountActions.Shown found = world.issuer(bound("kid-1", "bm90IGl0")).account().show();
    AcmeAccountActions.Shown known = world.issuer(unbound()).account().show();

    assertThat(made.status()).isEqualTo("valid");
    assertThat(found.location()).isEqualTo(made.location()).isEqualTo(known.location());
  }

  @Test
  void shouldAskForTheBindingThatIsMissingOrWrong() {
    assertThat(failure(unbound()).failure())
        .isInstanceOf(Misconfigured.class)
        .extracting("key")
        .isEqualTo("issuers.pebble.external-account");
    assertThat(failure(bound("kid-2", HMAC_KEY)))
        .hasMessageStartingWith("issuers.pebble.external-account: ")
        .hasMessageContaining("compare key-id and hmac-key");
    assertThat(failure(bound("kid-1", "***")))
        .hasMessageStartingWith("issuers.pebble.external-account.hmac-key: ")
        .hasMessageNotContaining("***");
  }

  @Test
  void shouldOrderUnderANewKeyAndKeepTheAccount() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    URI before = issuer.account().show().location();
    KeyPair oldKey = world.vault.find(keyName()).orElseThrow();
    issuer.account().changeKey();

    assertThat(world.vault.find(keyName()).orElseThrow().getPublic())
        .isNotEqualTo(oldKey.getPublic());
    assertThat(issuer.account().show().location()).isEqualTo(before);
    assertThat(issuer.issue(TestRequest.of(AcmeWorld.spec("rolled.contoso.example")), step -> {}))
        .isNotNull();
  }

  @Test
  void shouldFinishAChangeOfTheKeyThatWasInterrupted() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    URI before = issuer.account().show().location();
    KeyPair oldKey = world.vault.find(keyName()).orElseThrow();
    issuer.account().changeKey();
    world.vault.put(keyName(), oldKey); // as after a crash between the CA's answer and the store

    assertThat(issuer.account().show().location()).isEqualTo(before);
    assertThat(world.vault.find(keyName()).orElseThrow().getPublic())
        .isNotEqualTo(oldKey.getPublic());
  }

  @Test
  void shouldGoOnWithTheOldKeyWhenTheCaNeverHeardOfTheNewOne() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    URI before = issuer.account().show().location();
    new AccountKeys(unbound(), world.vault, new SecureRandom()).beginChange();

    assertThat(issuer.account().show().location()).isEqualTo(before);
  }

  @Test
  void shouldBeginANewAccountAfterTheOldOneIsGivenUp() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    URI before = issuer.account().show().location();
    issuer.account().deactivate();

    assertThat(issuer.account().show().location()).isNotEqualTo(before);
  }

  @Test
  void shouldStartOverAfterTheAccountWasClosedElsewhere() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    HeldCertificate held =
        issuer.issue(TestRequest.of(AcmeWorld.spec("closed.contoso.example")), step -> {});
    URI before = issuer.account().show().location();
    AcmeWorld elsewhere = new AcmeWorld(routes, folder);
    elsewhere.vault.put(keyName(), world.vault.find(keyName()).orElseThrow());
    assertThat(elsewhere.issuer(unbound()).account().deactivate()).isTrue();

    assertThat(
            catchThrowableOfType(IssuanceException.class, () -> issuer.account().show()).failure())
        .isInstanceOf(NotOffered.class)
        .extracting(IssuanceFailure::describe)
        .asString()
        .endsWith("hybridtls account deactivate pebble --yes");
    assertThat(issuer.account().revoke(held, RevocationReason.SUPERSEDED)).isTrue();
    assertThat(issuer.account().deactivate()).isFalse();
    assertThat(issuer.account().show().location()).isNotEqualTo(before);
  }

  @Test
  void shouldRevokeWithAReasonAndOnlyOnce() throws Exception {
    AcmeIssuer issuer = world.issuer(bound("kid-1", HMAC_KEY));
    HeldCertificate held =
        issuer.issue(TestRequest.of(AcmeWorld.spec("old.contoso.example")), step -> {});

    assertThat(issuer.account().revoke(held, RevocationReason.SUPERSEDED)).isTrue();
    assertThat(issuer.account().revoke(held, RevocationReason.SUPERSEDED)).isFalse();
  }

  @Test
  void shouldRevokeByTheKeyWhatAnotherAccountHasOrdered() throws Exception {
    HeldCertificate held =
        world
            .issuer(bound("kid-1", HMAC_KEY))
            .issue(TestRequest.of(AcmeWorld.spec("sold.contoso.example")), step -> {});
    AcmeWorld stranger = new AcmeWorld(routes, folder);

    assertThat(
            stranger
                .issuer(bound("kid-1", HMAC_KEY))
                .account()
                .revoke(held, RevocationReason.CESSATION_OF_OPERATION))
        .isTrue();
  }

  @Test
  void shouldRevokeACompromisedKeyWithoutAnyAccount() throws Exception {
    HeldCertificate held =
        world
            .issuer(bound("kid-1", HMAC_KEY))
            .issue(TestRequest.of(AcmeWorld.spec("stolen.contoso.example")), step -> {});
    AcmeWorld nobody = new AcmeWorld(routes, folder);

    assertThat(nobody.issuer(unbound()).account().revoke(held, RevocationReason.KEY_COMPROMISE))
        .isTrue();
    assertThat(nobody.vault.names()).isEmpty();
  }

  @Test
  void shouldTakeTheChainOfThePreferredRoot() throws Exception {
    String other = PreferredChain.rootOf(List.of(pebble.alternateRoot()));
    HeldCertificate held =
        world
            .issuer(preferring(other))
            .issue(TestRequest.of(AcmeWorld.spec("chain.contoso.example")), step -> {});

    assertThat(PreferredChain.rootOf(held.chain())).isEqualTo(other);
  }

  @Test
  void shouldTakeTheCasChainAndSaySoWhenNoneLeadsToThePreferredRoot() throws Exception {
    List<String> steps = new ArrayList<>();
    HeldCertificate held =
        world
            .issuer(preferring("No Such Root"))
            .issue(TestRequest.of(AcmeWorld.spec("any.example")), steps::add);

    assertThat(PreferredChain.rootOf(held.chain()))
        .isEqualTo(PreferredChain.rootOf(List.of(pebble.issuedRoot())));
    assertThat(steps)
        .anyMatch(step -> step.startsWith("taking the CA's own chain, since none leads to"));
  }

  @Test
  void shouldNotTellTheHmacKey() {
    assertThat(bound("kid-1", HMAC_KEY).toString()).doesNotContain(HMAC_KEY);
    assertThatThrownBy(() -> world.issuer(bound("kid-9", HMAC_KEY)).account().show())
        .hasMessageNotContaining(HMAC_KEY);
  }

  private IssuanceException failure(AcmeSettings settings) {
    return catchThrowableOfType(
        IssuanceException.class,
        () ->
            new AcmeIssuer(
                    settings,
                    new InMemoryKeyVault(),
                    folder,
                    world.listeners,
                    AcmeWorld.CLOCK,
                    new SecureRandom(),
                    Pause.by(AcmeWorld.CLOCK))
                .account()
                .show());
  }

  private String keyName() {
    return AcmeAccounts.keyName(unbound());
  }

  private AcmeSettings unbound() {
    return settings(Optional.empty(), Optional.empty());
  }

  private AcmeSettings bound(String keyId, String key) {
    return settings(Optional.of(new ExternalAccount(keyId, () -> key)), Optional.empty());
  }

  private AcmeSettings preferring(String root) {
    return settings(Optional.of(new ExternalAccount("kid-1", () -> HMAC_KEY)), Optional.of(root));
  }

  private AcmeSettings settings(Optional<ExternalAccount> external, Optional<String> root) {
    return AcmeIssuerSettings.at("pebble", pebble.directory())
        .trusting(Optional.of(pebble.httpsRoot()))
        .boundTo(external)
        .preferring(root)
        .settings();
  }
}
