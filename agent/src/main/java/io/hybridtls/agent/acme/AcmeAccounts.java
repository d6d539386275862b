package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
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

  /** ES256 is what every CA must take (RFC 8555, section 6.2). */
  private static final KeyAlgorithm ACCOUNT_KEY = KeyAlgorithm.EC_P256;

  private final AcmeSettings settings;
  private final KeyVault vault;
  private final SecureRandom random;
  private final AcmeFailures failures;

  AcmeAccounts(AcmeSettings settings, KeyVault vault, SecureRandom random, AcmeFailures failures) {
    this.settings = settings;
    this.vault = vault;
    this.random = random;
    this.failures = failures;
  }

  /** Finds the account, or creates it; brings its contacts up to date. */
  Login login(Session session) throws AcmeException, IssuanceException {
    requireConsent(session);
    AccountBuilder wanted = new AccountBuilder().agreeToTermsOfService().useKeyPair(key());
    try {
      settings.contacts().forEach(wanted::addContact);
    } catch (IllegalArgumentException e) {
      throw new IssuanceException(
          failures.misconfigured("contacts", String.valueOf(e.getMessage())), e);
    }
    Login login = wanted.createLogin(session);
    updateContacts(login.getAccount());
    return login;
  }

  /** The name that the account's key is kept as: of the issuer and the directory together. */
  static String keyName(AcmeSettings settings) {
    String readable = settings.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
    return "acme."
        + readable.substring(0, Math.min(readable.length(), READABLE_LENGTH))
        + "."
        + sha256(settings.name() + "\n" + settings.directory()).substring(0, HASH_LENGTH);
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

  /** Serialised, so that two certificates that begin together do not begin two accounts. */
  private synchronized KeyPair key() throws IssuanceException {
    String name = keyName(settings);
    try {
      Optional<KeyPair> kept = vault.find(name);
      if (kept.isPresent()) {
        return kept.get();
      }
      KeyPair made = ACCOUNT_KEY.newKeyPair(random);
      vault.put(name, made);
      LOG.info("issuer {}: made an account key for {}", settings.name(), settings.directory());
      return made;
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** A CA that keeps no contacts shows none, and is not told again each time. */
  private void updateContacts(Account account) throws AcmeException {
    List<URI> known = account.getContacts();
    Set<URI> wanted = new HashSet<>(settings.contacts());
    if (known.isEmpty() || wanted.isEmpty() || wanted.equals(new HashSet<>(known))) {
      return;
    }
    Account.EditableAccount change = account.modify();
    change.getContacts().clear();
    settings.contacts().forEach(change::addContact);
    change.commit();
    LOG.info("issuer {}: the account's contacts are now {}", settings.name(), wanted);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
