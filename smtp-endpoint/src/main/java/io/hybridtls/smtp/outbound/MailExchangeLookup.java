package io.hybridtls.smtp.outbound;

import io.hybridtls.certstore.model.DnsName;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.xbill.DNS.lookup.LookupSession;

/** Finds the hosts that take mail for a domain (RFC 5321, section 5.1). */
public interface MailExchangeLookup {

  /**
   * Does not block. Never completes exceptionally: whatever goes wrong is a {@link NextHops.None}.
   */
  CompletionStage<NextHops> lookup(DnsName domain);

  /**
   * Looks in the DNS.
   *
   * @param ownName this host, which mail must not be sent to again
   * @param random spreads mail over exchangers of the same preference
   */
  static MailExchangeLookup dns(LookupSession session, DnsName ownName, RandomGenerator random) {
    return new DnsMailExchangeLookup(session, ownName, random);
  }
}
