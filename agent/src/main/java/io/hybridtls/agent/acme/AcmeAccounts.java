package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.NotOffered;
import io.hybridtls.certstore.model.Sha256;
import io.hybridtls.certstore.storage.KeyVault;
import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUnauthorizedException;
import org.shredzone.acme4j.toolbox.JSON.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account at the CA (RFC 8555, section 7.3). Its key is the account: it is made before the
 * account and kept, so that a crash in between leaves a key with which the next attempt begins. The
 * CA answers a known key with its account, and so finding and creating are one request. Safe for
 * any thread.
 */
final class AcmeAccounts {

  private static final Logger LOG = LoggerFactory.getLogger(AcmeAccounts.class);
  private static final int READABLE_LENGTH = 30;
  private static final int HASH_LENGTH = 16;

  /** Whatever the length of the key: the one that all CAs with such accounts document. */
  private static final String MAC_ALGORITHM = "HS256";

  /** Refusals of an account that say nothing of its binding. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "badNonce",
          "invalidContact",
          "rateLimited",
          "serverInternal",
          "unsupportedContact",
          "userActionRequired");

  private static final Set<String> CLOSED = Set.of("deactivated", "revoked");

  private final AcmeSettings settings;
  private final AccountKeys keys;
  private final AcmeFailures failures;
  private final AccountContacts contacts;
  private final ReentrantLock first = new ReentrantLock();
  private volatile boolean met;

  /** Fair, so that orders that begin do not keep a change of the key waiting for ever. */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock(/* fair= */ true);

  AcmeAccounts(AcmeSettings settings, KeyVault vault, SecureRandom random, AcmeFailures failures) {
    this.settings = settings;
    this.keys = new AccountKeys(settings, vault, random);
    this.contacts = new AccountContacts(settings);
    this.failures = failures;
  }

  AccountKeys keys() {
    return keys;
  }

  /** Read by each order while it is worked on: the CA refuses what the old key has signed. */
  ReadWriteLock inUse() {
    return inUse;
  }

  /**
   * Finds the account, or creates it; brings its contacts up to date. Until it is known to be
   * there, callers wait for one another: orders begin together, and CAs fail some of the requests
   * that make one account at the same time.
   */
  Login login(Session session) throws AcmeException, IssuanceException {
    requireConsent(session);
    if (met) {
      return enter(session);
    }
    first.lock();
    try {
      Login login = enter(session);
      met = true;
      return login;
    } finally {
      first.unlock();
    }
  }

  private Login enter(Session session) throws AcmeException, IssuanceException {
    try {
      Optional<Login> changed = unfinishedChange(session);
      Login login = changed.isPresent() ? changed.get() : findOrCreate(session, keys.current());
      if (isClosed(login.getAccount())) {
        throw shutOut(login.getAccount().getLocation() + " is closed");
      }
      contacts.update(login.getAccount());
      return login;
    } catch (AcmeUnauthorizedException e) {
      throw shutOut(ProblemText.of(e.getProblem()));
    }
  }

  /**
   * The account, unless the CA has closed it, or has none for its key; makes neither. Where no key
   * is kept there is none, and the CA is not asked.
   */
  Optional<Login> existing(Session session) throws AcmeException, IssuanceException {
    try {
      Optional<Login> changed = unfinishedChange(session);
      Optional<KeyPair> kept = keys.find();
      Optional<Login> found =
          changed.isPresent() || kept.isEmpty() ? changed : find(session, kept.get());
      return found.filter(login -> !isClosed(login.getAccount()));
    } catch (AcmeUnauthorizedException e) {
      LOG.info("issuer {}: {}", settings.name(), ProblemText.of(e.getProblem()));
      return Optional.empty();
    }
  }

  /** Forgets the key, and with it the account: the next login makes another. */
  void startOver() throws IssuanceException {
    keys.startOver();
    met = false;
  }

  /** Some CAs show an account that is closed to whoever has its key (RFC 8555, section 7.1.6). */
  private static boolean isClosed(Account account) {
    return account
        .getJSON()
        .get("status")
        .map(Value::asString)
        .filter(CLOSED::contains)
        .isPresent();
  }

  /** Somebody closed it outside of the agent; another CA knows nothing of that. */
  private IssuanceException shutOut(String why) {
    return new IssuanceException(
        new NotOffered(
            "it does not let the account in ("
                + why
                + "); where it is closed for good, start over with another: hybridtls account"
                + " deactivate "
                + settings.name()
                + " --yes",
            List.of()));
  }

  /** Finishes a change of the key that was interrupted, if the CA heard of it. */
  private Optional<Login> unfinishedChange(Session session)
      throws AcmeException, IssuanceException {
    Optional<KeyPair> next = keys.unfinished();
    Optional<Login> found = next.isPresent() ? find(session, next.get()) : Optional.empty();
    if (found.isPresent()) {
      keys.adopt(next.get());
      LOG.info("issuer {}: finished an interrupted change of the account's key", settings.name());
    }
    return found;
  }

  /** A binding may be good for one account only, so that it is not shown without need. */
  private Login findOrCreate(Session session, KeyPair key) throws AcmeException, IssuanceException {
    Optional<ExternalAccount> external = settings.externalAccount();
    boolean required = session.getMetadata().isExternalAccountRequired();
    if (required || external.isPresent()) {
      Optional<Login> known = find(session, key);
      if (known.isPresent()) {
        return known.get();
      }
    }
    if (required && external.isEmpty()) {
      throw new IssuanceException(
          failures.misconfigured(
              "external-account",
              "the CA makes accounts for its customers alone; write the key-id and the hmac-key"
                  + " that it gave you"));
    }
    AccountBuilder wanted = new AccountBuilder().agreeToTermsOfService().useKeyPair(key);
    try {
      settings.contacts().forEach(wanted::addContact);
    } catch (IllegalArgumentException e) {
      throw new IssuanceException(
          failures.misconfigured("contacts", String.valueOf(e.getMessage())), e);
    }
    return external.isPresent()
        ? createBound(session, wanted, external.get())
        : wanted.createLogin(session);
  }

  private Login createBound(Session session, AccountBuilder wanted, ExternalAccount external)
      throws AcmeException, IssuanceException {
    try {
      String encoded = external.hmacKey().read().replace('+', '-').replace('/', '_');
      return wanted
          .withKeyIdentifier(external.keyId(), encoded)
          .withMacAlgorithm(MAC_ALGORITHM)
          .createLogin(session);
    } catch (IOException | IllegalArgumentException e) {
      String words = e instanceof IOException ? e.getMessage() : "it is not a Base64 key";
      throw new IssuanceException(
          failures.misconfigured("external-account.hmac-key", String.valueOf(words)), e);
    } catch (AcmeServerException e) {
      if (ELSEWHERE.contains(ProblemKind.typeOf(e.getProblem()))) {
        throw e;
      }
      throw new IssuanceException(
          failures.misconfigured(
              "external-account",
              ProblemText.of(e.getProblem()) + "; compare key-id and hmac-key with the CA's"),
          e);
    }
  }

  /** The account of {@code key}, if there is one (RFC 8555, section 7.3.1). */
  private static Optional<Login> find(Session session, KeyPair key) throws AcmeException {
    try {
      return Optional.of(new AccountBuilder().onlyExisting().useKeyPair(key).createLogin(session));
    } catch (AcmeServerException e) {
      if (e.getType().toString().endsWith(":accountDoesNotExist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The name that the account's key is kept as: of the issuer and the directory together. */
  static String keyName(AcmeSettings settings) {
    String readable = settings.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
    return "acme."
        + readable.substring(0, Math.min(readable.length(), READABLE_LENGTH))
        + "."
        + Sha256.hex(settings.name() + "\n" + settings.directory()).substring(0, HASH_LENGTH);
  }

  private void requireConsent(Session session) throws AcmeException, IssuanceException {
    Optional<URI> terms = session.getMetadata().getTermsOfService();
    if (terms.isPresent() && !settings.termsOfServiceAgreed()) {
      throw new IssuanceException(
          failures.misconfigured(
              "terms-of-service-agreed",
              "the CA asks for your consent; read " + terms.get() + " and write true"));
    }
  }
}
