package io.hybridtls.agent.acme;

import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the account's contacts as they are configured. Safe for any thread. */
final class AccountContacts {

  private static final Logger LOG = LoggerFactory.getLogger(AccountContacts.class);

  private final AcmeSettings settings;
  private volatile Set<URI> told = Set.of();

  AccountContacts(AcmeSettings settings) {
    this.settings = settings;
  }

  /**
   * A CA that keeps no contacts shows none, as does one that has never been told of any. It is told
   * once, and not each time; what it makes of them is no reason to go without a certificate.
   */
  void update(Account account) throws AcmeException {
    Set<URI> shown = new HashSet<>(account.getContacts());
    Set<URI> wanted = new HashSet<>(settings.contacts());
    if (wanted.isEmpty() || wanted.equals(shown) || (shown.isEmpty() && wanted.equals(told))) {
      return;
    }
    try {
      tell(account, wanted);
    } catch (AcmeException e) {
      if (!shown.isEmpty() || e instanceof AcmeNetworkException) {
        throw e;
      }
      LOG.warn(
          "issuer {}: the CA does not take the contacts: {}",
          settings.name(),
          ProblemText.shown(String.valueOf(e.getMessage())));
    }
    told = wanted;
  }

  private void tell(Account account, Set<URI> wanted) throws AcmeException {
    Account.EditableAccount change = account.modify();
    change.getContacts().clear();
    settings.contacts().forEach(change::addContact);
    change.commit();
    LOG.info("issuer {}: the account's contacts are now {}", settings.name(), wanted);
  }
}
