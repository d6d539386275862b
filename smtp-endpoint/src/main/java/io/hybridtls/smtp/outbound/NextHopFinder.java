package io.hybridtls.smtp.outbound;

import io.hybridtls.certstore.model.DnsName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The hosts of a route: the connector's, those of an address literal, or a domain's exchangers. */
final class NextHopFinder {

  private static final String IPV6 = "IPv6:";

  private final MailExchangeLookup exchangers;

  NextHopFinder(MailExchangeLookup exchangers) {
    this.exchangers = exchangers;
  }

  CompletionStage<NextHops> find(Route route) {
    if (route.domain().isEmpty()) {
      return known(route.connector().smartHosts().stream().map(NextHop::of).toList());
    }
    String domain = route.domain().get();
    return domain.startsWith("[")
        ? known(List.of(NextHop.smtp(addressIn(domain))))
        : exchangers.lookup(DnsName.of(domain));
  }

  private static CompletionStage<NextHops> known(List<NextHop> hosts) {
    return CompletableFuture.completedFuture(new NextHops.Known(hosts));
  }

  /** The address in {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]} (RFC 5321, section 4.1.3). */
  private static String addressIn(String literal) {
    String content = literal.substring(1, literal.length() - 1);
    return content.regionMatches(true, 0, IPV6, 0, IPV6.length())
        ? content.substring(IPV6.length())
        : content;
  }
}
