package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.PublishingSettings;
import java.net.InetSocketAddress;

/** How an issuer is shown that names are ours, as configured. */
public sealed interface ValidationMethod {

  /** A file that the CA fetches from port 80 of each name (RFC 8555, section 8.3). */
  record Http01() implements ValidationMethod {
    @Override
    public String type() {
      return "http-01";
    }

    /** One host cannot answer for all hosts below a domain. */
    @Override
    public boolean provesWildcards() {
      return false;
    }
  }

  /**
   * A certificate that the CA is shown on port 443 of each name (RFC 8737).
   *
   * @param address where the agent listens while there is something to prove
   */
  record TlsAlpn01(InetSocketAddress address) implements ValidationMethod {
    @Override
    public String type() {
      return "tls-alpn-01";
    }

    @Override
    public boolean provesWildcards() {
      return false;
    }
  }

  /**
   * A TXT record that is there while the CA looks (RFC 8555, section 8.4).
   *
   * @param perAccount at a name of its own for each account (dns-account-01), so that several
   *     parties can prove the same name, and delegate it, side by side
   */
  record Dns01(PublishingSettings publishing, LookupSettings lookup, boolean perAccount)
      implements ValidationMethod {
    @Override
    public String type() {
      return perAccount ? "dns-account-01" : "dns-01";
    }

    @Override
    public boolean provesWildcards() {
      return true;
    }
  }

  /** A TXT record that the administrator creates once and leaves there (dns-persist-01). */
  record DnsPersist01(LookupSettings lookup) implements ValidationMethod {
    @Override
    public String type() {
      return "dns-persist-01";
    }

    @Override
    public boolean provesWildcards() {
      return true;
    }
  }

  /** As in the CA's challenge objects. */
  String type();

  /** Whether CAs accept it for {@code *.example}. */
  boolean provesWildcards();

  /** Whether CAs accept it for IP addresses: not what is shown in the DNS (RFC 8738, section 7). */
  default boolean provesAddresses() {
    return !provesWildcards();
  }
}
