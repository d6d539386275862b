package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of an account, and for the time of a change the one that takes its place: the CA may have
 * taken a new key whose acceptance we never heard of, so both are kept until one has been used.
 */
final class AccountKeys {

  private static final Logger LOG = LoggerFactory.getLogger(AccountKeys.class);
  private static final String NEXT = ".next";

  /** ES256 is what every CA must take (RFC 8555, section 6.2). */
  private static final KeyAlgorithm ALGORITHM = KeyAlgorithm.EC_P256;

  private final AcmeSettings settings;
  private final KeyVault vault;
  private final SecureRandom random;

  AccountKeys(AcmeSettings settings, KeyVault vault, SecureRandom random) {
    this.settings = settings;
    this.vault = vault;
    this.random = random;
  }

  /** Serialised, so that two certificates that begin together do not begin two accounts. */
  synchronized KeyPair current() throws IssuanceException {
    Optional<KeyPair> kept = find();
    if (kept.isPresent()) {
      return kept.get();
    }
    KeyPair made = ALGORITHM.newKeyPair(random);
    try {
      vault.put(AcmeAccounts.keyName(settings), made);
      LOG.info("issuer {}: made an account key for {}", settings.name(), settings.directory());
      return made;
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** The current key, without making one; without it there is no account. */
  Optional<KeyPair> find() throws IssuanceException {
    try {
      return vault.find(AcmeAccounts.keyName(settings));
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** Whether there is a current key; says no where the vault cannot be read. */
  boolean areKept() {
    try {
      return find().isPresent();
    } catch (IssuanceException e) {
      LOG.debug("issuer {}: {}", settings.name(), e.getMessage());
      return false;
    }
  }

  /** The new key of a change that was begun and is not known to have ended. */
  synchronized Optional<KeyPair> unfinished() throws IssuanceException {
    String name = AcmeAccounts.keyName(settings);
    try {
      Optional<KeyPair> next = vault.find(name + NEXT);
      Optional<KeyPair> kept = vault.find(name);
      return next.filter(
          keys -> kept.isPresent() && !keys.getPublic().equals(kept.get().getPublic()));
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** Makes a key for a change, and keeps it beside the current one. */
  synchronized KeyPair beginChange() throws IssuanceException {
    KeyPair made = ALGORITHM.newKeyPair(random);
    try {
      vault.put(AcmeAccounts.keyName(settings) + NEXT, made);
      return made;
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** Puts {@code keys} in place of the current one. */
  synchronized void adopt(KeyPair keys) throws IssuanceException {
    try {
      vault.put(AcmeAccounts.keyName(settings), keys);
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
  }

  /** Makes a key that no account is known by, as when the account has been given up. */
  synchronized void startOver() throws IssuanceException {
    try {
      vault.remove(AcmeAccounts.keyName(settings) + NEXT); // the old account may be known by it
    } catch (StoreException e) {
      throw new IssuanceException(AcmeFailures.store(e), e);
    }
    adopt(ALGORITHM.newKeyPair(random));
  }
}
