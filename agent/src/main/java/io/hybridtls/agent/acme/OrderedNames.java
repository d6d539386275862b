package io.hybridtls.agent.acme;

import io.hybridtls.certstore.model.IpAddress;
import java.util.List;
import java.util.Locale;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;

/**
 * The names and addresses of an order, and which of them an authorization is about: a CA that errs,
 * or lies, must not have us publish proofs for others.
 */
record OrderedNames(List<String> identifiers) {

  private static final String WILDCARD = "*.";

  OrderedNames {
    identifiers = List.copyOf(identifiers);
  }

  /**
   * Those that {@code authorization} proves, as they were ordered: one, as a rule. A domain above
   * them proves them all (RFC 9444, section 4); empty when it is about something else.
   */
  List<String> provedBy(Authorization authorization) {
    Identifier identifier = authorization.getIdentifier();
    String value = canonical(identifier);
    String name = authorization.isWildcard() ? WILDCARD + value : value;
    if (identifiers.contains(name)) {
      return List.of(name);
    }
    return identifiers.stream().filter(each -> each.endsWith("." + value)).toList();
  }

  private static String canonical(Identifier identifier) {
    String value = identifier.getValue();
    return identifier.getType().equals(Identifier.TYPE_IP) && IpAddress.looksLikeOne(value)
        ? IpAddress.of(value).value()
        : value.toLowerCase(Locale.ROOT);
  }
}
