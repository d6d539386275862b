package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.HeldCertificate;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.RevocationReason;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with an account at an operator's word. Each call blocks on the CA; safe for any
 * thread. Every failure is an {@link IssuanceException} with the CA's own words.
 */
public final class AcmeAccountActions {

  private static final Logger LOG = LoggerFactory.getLogger(AcmeAccountActions.class);

  /** What the CA is given before and after the proofs are in place. */
  private static final Duration LONGEST_ORDERS = Duration.ofMinutes(10);

  private final AcmeSettings settings;
  private final AcmeSessions sessions;
  private final AcmeAccounts accounts;

  AcmeAccountActions(AcmeSettings settings, AcmeSessions sessions, AcmeAccounts accounts) {
    this.settings = settings;
    this.sessions = sessions;
    this.accounts = accounts;
  }

  /**
   * An account as the CA has it.
   *
   * @param location what CAA records and dns-persist-01 name it by
   * @param status in the CA's spelling
   */
  public record Shown(URI location, String status, List<URI> contacts) {}

  /** Finds or creates the account, and brings its contacts up to date. */
  public Shown show() throws IssuanceException {
    return sessions.hold(
        session -> {
          Account account = accounts.login(session).getAccount();
          return new Shown(
              URI.create(account.getLocation().toExternalForm()),
              account.getStatus().name().toLowerCase(Locale.ROOT),
              account.getContacts());
        });
  }

  /**
   * Gives the account a new key (RFC 8555, section 7.3.5), when the orders under way have ended;
   * those that begin meanwhile wait. Interrupted at any moment, the next conversation with the CA
   * finds out which of the two keys counts.
   *
   * @return false when they have not ended within ten minutes, and nothing was changed
   */
  public boolean changeKey() throws IssuanceException {
    return changeKey(LONGEST_ORDERS);
  }

  boolean changeKey(Duration patience) throws IssuanceException {
    Lock change = accounts.inUse().writeLock();
    try {
      if (!change.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      return changeKeyNow();
    } finally {
      change.unlock();
    }
  }

  private boolean changeKeyNow() throws IssuanceException {
    return sessions.hold(
        session -> {
          Login login = accounts.login(session);
          KeyPair next = accounts.keys().beginChange();
          login.getAccount().changeKey(next);
          accounts.keys().adopt(next);
          LOG.info("issuer {}: the account has a new key", settings.name());
          return true;
        });
  }

  /**
   * Gives the account up for good (RFC 8555, section 7.3.6). Its certificates stay valid; the next
   * order is made under a new account.
   *
   * @return false when the CA knew no open account by its key, as when it was closed elsewhere or
   *     there is no key because nothing has been ordered
   */
  public boolean deactivate() throws IssuanceException {
    return sessions.hold(
        session -> {
          if (accounts.keys().find().isEmpty()) {
            return false; // to start over would make a key, with the directory still unread
          }
          Optional<Account> open = accounts.existing(session).map(Login::getAccount);
          if (open.isPresent()) {
            open.get().deactivate();
          }
          accounts.startOver();
          LOG.info(
              "issuer {}: account {} is given up",
              settings.name(),
              open.map(account -> String.valueOf(account.getLocation()))
                  .orElse("that the CA does not let in"));
          return open.isPresent();
        });
  }

  /**
   * Revokes a certificate (RFC 8555, section 7.6). A compromised key signs the request itself, so
   * that the CA bars it from other certificates, too; and so does the key of a certificate that
   * another account has ordered, or one that is closed.
   *
   * @return false when it had been revoked before
   */
  public boolean revoke(HeldCertificate certificate, RevocationReason reason)
      throws IssuanceException {
    return sessions.hold(
        session -> {
          try {
            revoke(session, certificate, reason);
            LOG.info("issuer {}: revoked {} ({})", settings.name(), certificate.serial(), reason);
            return true;
          } catch (AcmeServerException e) {
            if ("alreadyRevoked".equals(ProblemKind.typeOf(e.getProblem()))) {
              return false;
            }
            throw e;
          }
        });
  }

  /**
   * The same.
   *
   * @param reason as operators write it, for example {@code key-compromise}
   * @throws IllegalArgumentException when there is no such reason
   */
  public boolean revoke(HeldCertificate certificate, String reason) throws IssuanceException {
    String constant = reason.toUpperCase(Locale.ROOT).replace('-', '_');
    return revoke(certificate, RevocationReason.valueOf(constant));
  }

  private void revoke(Session session, HeldCertificate certificate, RevocationReason reason)
      throws AcmeException, IssuanceException {
    KeyPair own = new KeyPair(certificate.leaf().getPublicKey(), certificate.key());
    Optional<Login> account =
        reason == RevocationReason.KEY_COMPROMISE ? Optional.empty() : accounts.existing(session);
    if (account.isEmpty()) {
      Certificate.revoke(session, own, certificate.leaf(), reason);
      return;
    }
    try {
      Certificate.revoke(account.get(), certificate.leaf(), reason);
    } catch (AcmeServerException e) {
      if (!"unauthorized".equals(ProblemKind.typeOf(e.getProblem()))) {
        throw e;
      }
      Certificate.revoke(session, own, certificate.leaf(), reason);
    }
  }
}
