package io.hybridtls.agent.ratelimit;

import com.google.common.net.InternetDomainName;

/**
 * The domain that somebody has registered: a public suffix (publicsuffix.org, private suffixes
 * included) and one label more. CAs count by it.
 */
final class RegisteredDomain {

  private static final String WILDCARD = "*.";

  private RegisteredDomain() {}

  /** Of an IP address, and of a public suffix, itself. */
  static String of(String name) {
    String host = name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name;
    if (!InternetDomainName.isValid(host)) {
      return host;
    }
    InternetDomainName domain = InternetDomainName.from(host);
    if (domain.isUnderPublicSuffix()) {
      return domain.topPrivateDomain().toString();
    }
    return domain.hasPublicSuffix() ? host : lastTwoLabels(domain);
  }

  /** The list's default rule: an unknown top-level domain is a public suffix. */
  private static String lastTwoLabels(InternetDomainName domain) {
    InternetDomainName last = domain;
    while (last.parts().size() > 2) {
      last = last.parent();
    }
    return last.toString();
  }
}
