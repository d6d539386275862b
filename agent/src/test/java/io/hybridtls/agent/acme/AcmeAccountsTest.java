package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;
import static io.hybridtls.agent.testing.acme.Reply.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.Reply;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.testing.TestCa;
import java.net.URI;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.exception.AcmeException;

class AcmeAccountsTest {

  private final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  private final InMemoryKeyVault vault = new InMemoryKeyVault();

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void shouldKeepOneKeyAnIssuerAndDirectory() throws Exception {
    login("letsencrypt", vault, "mailto:a@contoso.example");
    login("letsencrypt", vault, "mailto:a@contoso.example");
    assertThat(vault.names()).hasSize(1);

    login("Let's Encrypt (staging), with a name that is far too long for a file", vault);
    assertThat(vault.names()).hasSize(2);
  }

  @Test
  void shouldNameKeysSoThatAVaultTakesThem() {
    String name = AcmeAccounts.keyName(settings("Öffentlich/1", List.of()));

    assertThat(name).startsWith("acme.-ffentlich-1.");
    assertThat(CertificateId.of(name).value()).isEqualTo(name);
  }

  @Test
  void shouldTellTheCaOfNewContacts() throws Exception {
    account("[\"mailto:old@contoso.example\"]");
    login("letsencrypt", vault, "mailto:new@contoso.example");

    assertThat(ca.requests()).contains("/account/1");
  }

  @Test
  void shouldNotRepeatContactsThatTheCaKnows() throws Exception {
    account("[\"mailto:new@contoso.example\"]");
    login("letsencrypt", vault, "mailto:new@contoso.example");

    assertThat(ca.requests()).doesNotContain("/account/1");
  }

  @Test
  void shouldTellOnceACaThatKnowsOfNoContacts() throws Exception {
    account("[]");
    AcmeAccounts accounts = accounts("letsencrypt", vault, "mailto:new@contoso.example");
    accounts.login(session());
    accounts.login(session());

    assertThat(Collections.frequency(ca.requests(), "/account/1")).isEqualTo(1);
  }

  @Test
  void shouldDoWithoutContactsThatTheCaDoesNotTake() throws Exception {
    account("[]");
    ca.on("/account/1", problem(400, "unsupportedContact", "\"detail\":\"no mail\""));

    login("letsencrypt", vault, "mailto:new@contoso.example");
    assertThat(ca.requests()).contains("/account/1");
  }

  @Test
  void shouldNameTheContactThatIsNoSingleAddress() {
    assertThatThrownBy(() -> login("letsencrypt", vault, "mailto:a@x.example,b@x.example"))
        .isInstanceOf(IssuanceException.class)
        .hasMessageStartingWith("issuers.letsencrypt.contacts: ");
  }

  @Test
  void shouldMakeNoAccountWhoseKeyCannotBeKept() {
    KeyVault broken =
        new KeyVault() {
          @Override
          public Optional<KeyPair> find(String name) {
            return Optional.empty();
          }

          @Override
          public void remove(String name) {}

          @Override
          public void put(String name, KeyPair keys) throws StoreException {
            throw new StoreException("keys/" + name + ": the disk is full");
          }
        };

    assertThatThrownBy(() -> login("letsencrypt", broken))
        .isInstanceOf(IssuanceException.class)
        .hasMessageContaining("the disk is full");
    assertThat(ca.requests()).doesNotContain("/account");
  }

  static Stream<Reply> closedAccounts() {
    return Stream.of(
        problem(403, "unauthorized", "\"detail\":\"the account is deactivated\""),
        json(200, "{\"status\":\"deactivated\"}").header("Location", "$/account/1"),
        json(200, "{\"status\":\"revoked\"}").header("Location", "$/account/1"));
  }

  @ParameterizedTest
  @MethodSource("closedAccounts")
  void shouldSayHowToStartOverWhenTheAccountIsClosed(Reply closed) {
    ca.on("/account", closed);

    IssuanceFailure failure =
        catchThrowableOfType(IssuanceException.class, () -> login("letsencrypt", vault)).failure();
    assertThat(failure.describe())
        .startsWith("the CA does not issue this: it does not let the account in (")
        .endsWith("hybridtls account deactivate letsencrypt --yes");
    assertThat(failure.anotherCaMayMend()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("closedAccounts")
  void shouldStartOverWithAnotherKeyWhenTheAccountIsClosed(Reply closed) throws Exception {
    String name = AcmeAccounts.keyName(settings("letsencrypt", List.of()));
    login("letsencrypt", vault);
    PublicKey before = vault.find(name).orElseThrow().getPublic();
    ca.on("/account", closed);

    assertThat(actions("letsencrypt").deactivate()).isFalse();
    assertThat(vault.find(name).orElseThrow().getPublic()).isNotEqualTo(before);
    assertThat(ca.requests()).doesNotContain("/account/1");
  }

  @Test
  void shouldStartOverWithAnotherKeyWhenTheCaHasLostTheAccount() throws Exception {
    String name = AcmeAccounts.keyName(settings("letsencrypt", List.of()));
    login("letsencrypt", vault);
    PublicKey before = vault.find(name).orElseThrow().getPublic();
    ca.on("/account", problem(400, "accountDoesNotExist", "\"detail\":\"who?\""));

    assertThat(actions("letsencrypt").deactivate()).isFalse();
    assertThat(vault.find(name).orElseThrow().getPublic()).isNotEqualTo(before);
  }

  @Test
  void shouldMakeNoKeyForAnAccountThatThereIsNot() throws Exception {
    ca.on("/dir", html(404));

    assertThat(actions("letsencrypt").deactivate()).isFalse();
    assertThat(vault.names()).isEmpty();
  }

  @Test
  void shouldMakeNoKeyToRevokeAtWhatIsNoDirectory() {
    ca.on("/dir", html(404));

    for (int attempt = 0; attempt < 2; attempt++) {
      IssuanceFailure failure =
          catchThrowableOfType(
                  IssuanceException.class,
                  () ->
                      actions("letsencrypt")
                          .revoke(TestCa.named("x").issue("a.example"), "superseded"))
              .failure();
      assertThat(failure).isInstanceOf(Misconfigured.class);
      assertThat(failure.describe()).contains("is not an ACME directory");
    }
    assertThat(vault.names()).isEmpty();
  }

  @Test
  void ordersThatBeginTogetherShouldNotMakeTheAccountTwice() throws Exception {
    AcmeAccounts accounts = accounts("letsencrypt", vault);
    HeldSession first = new HeldSession();
    HeldSession second = new HeldSession();
    Thread one = entering(accounts, first);
    await().until(() -> first.asking);
    Thread other = entering(accounts, second);
    await().until(() -> second.asking || other.getState() == Thread.State.WAITING);
    assertThat(second.asking).isFalse();

    first.goOn.countDown();
    second.goOn.countDown();
    one.join();
    other.join();
    assertThat(second.asking).isTrue();
  }

  private static Thread entering(AcmeAccounts accounts, Session session) {
    Thread thread =
        new Thread(
            () -> {
              try {
                accounts.login(session);
              } catch (AcmeException | IssuanceException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  private void account(String contacts) {
    String body = "{\"status\":\"valid\",\"contact\":" + contacts + "}";
    ca.on("/account", json(200, body).header("Location", "$/account/1"));
    ca.on("/account/1", json(200, body));
  }

  private void login(String issuer, KeyVault keys, String... contacts) throws Exception {
    assertThat(accounts(issuer, keys, contacts).login(session())).isNotNull();
  }

  private AcmeAccounts accounts(String issuer, KeyVault keys, String... contacts) {
    AcmeSettings settings = settings(issuer, List.of(contacts));
    return new AcmeAccounts(
        settings, keys, new SecureRandom(), new AcmeFailures(settings, Clock.systemUTC()));
  }

  private AcmeAccountActions actions(String issuer) {
    AcmeSettings settings = settings(issuer, List.of());
    AcmeFailures failures = new AcmeFailures(settings, Clock.systemUTC());
    AcmeAccounts accounts = accounts(issuer, vault);
    return new AcmeAccountActions(
        settings,
        new AcmeSessions(
            settings, accounts.keys(), Clock.systemUTC(), Duration.ofSeconds(30), failures),
        accounts);
  }

  private Session session() {
    Duration timeout = Duration.ofSeconds(30);
    return new Session(
        ca.directory(), new AcmeTransport(Optional.empty(), Clock.systemUTC(), timeout));
  }

  private AcmeSettings settings(String issuer, List<String> contacts) {
    return AcmeIssuerSettings.at(issuer, ca.directory())
        .contacts(contacts.stream().map(URI::create).toList())
        .settings();
  }

  /** Knows the directory, and asks the CA nothing more until it is told to. */
  private final class HeldSession extends Session {

    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean asking;
    private final boolean known;

    HeldSession() throws AcmeException {
      super(
          ca.directory(),
          new AcmeTransport(Optional.empty(), Clock.systemUTC(), Duration.ofSeconds(30)));
      getMetadata();
      known = true;
    }

    @Override
    public Connection connect() {
      if (known) {
        asking = true;
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return super.connect();
    }
  }
}
