package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.localca.EndEntitySigner.Order;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which requests of peers are granted, and as what. Pure. */
final class PeerOrders {

  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** Up to ub-common-name (RFC 5280, appendix A.1). */
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}]([\\p{L}\\p{N} ._@-]{0,62}[\\p{L}\\p{N}])?");

  private static final Pattern LABELS = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]*\\.[0-9.]*");

  private final LocalCaSettings settings;

  PeerOrders(LocalCaSettings settings) {
    this.settings = settings;
  }

  /**
   * @param name becomes the common name; and the DNS name of a request without any, if it is the
   *     name of a host with its domain
   * @throws IssuanceException with the reason why not, and the remedy
   */
  Order of(String name, byte[] csr, Set<CertificateRole> roles, Optional<Duration> lifetime)
      throws IssuanceException {
    Optional<DnsName> host = checkedName(name);
    PeerRequest request = PeerRequest.parse(csr);
    RequestedNames names = request.names();
    if (names.names().isEmpty() && host.isPresent()) {
      names = new RequestedNames(List.of(host.get()), names.addresses());
    }
    requirePurpose(name, names, roles);
    requirePermitted(names);
    requirePermittedSubject(name, names);
    return new Order(
        "peer " + name,
        CommonNames.of(name),
        request.key(),
        names.names(),
        names.addresses(),
        Set.copyOf(roles),
        checked(lifetime));
  }

  /** The host that {@code name} is the name of; peers may look at the common name, too. */
  private Optional<DnsName> checkedName(String name) throws IssuanceException {
    if (!NAME.matcher(name).matches() || ADDRESS.matcher(name).matches()) {
      throw rejected(
          "\"" + name + "\" is not a name for a peer",
          "use 1 to 64 letters, digits, ' ', '.', '_', '@' and '-'; an address goes into the"
              + " request's subjectAltName");
    }
    if (!HOST.matcher(name).matches()) {
      return Optional.empty();
    }
    DnsName host;
    try {
      host = DnsName.of(name);
    } catch (IllegalArgumentException e) {
      throw rejected(String.valueOf(e.getMessage()), "correct the peer's name");
    }
    refuse(settings.refusal(host));
    return Optional.of(host);
  }

  private void requirePermitted(RequestedNames names) throws IssuanceException {
    for (DnsName name : names.names()) {
      refuse(settings.refusal(name));
    }
    for (IpAddress address : names.addresses()) {
      refuse(settings.refusal(address));
    }
  }

  /** Validators that find no DNS name hold the common name to the constraints, if it may be one. */
  private void requirePermittedSubject(String name, RequestedNames names) throws IssuanceException {
    if (settings.constraints().constrain()
        && names.names().isEmpty()
        && LABELS.matcher(name).matches()) {
      throw rejected(
          "without a DNS name beside it \""
              + name
              + "\" is taken for one, and as such is outside what issuer "
              + settings.name()
              + " may certify: "
              + settings.constraints().describe(),
          "put a DNS name into the request's subjectAltName, or call the peer "
              + name
              + "."
              + settings.constraints().domains().get(0));
    }
  }

  private static void requirePurpose(String name, RequestedNames names, Set<CertificateRole> roles)
      throws IssuanceException {
    if (roles.isEmpty()) {
      throw rejected("the certificate would have no role", "give it server, client or both");
    }
    if (roles.contains(CertificateRole.SERVER) && names.isEmpty()) {
      throw rejected(
          "a server is known by its DNS names or addresses, and neither the request nor \""
              + name
              + "\" has any",
          "put subjectAltName into the request, or ask for the role client");
    }
  }

  private Duration checked(Optional<Duration> lifetime) throws IssuanceException {
    Duration wanted = lifetime.orElse(settings.lifetimes().endEntity());
    Duration longest = settings.lifetimes().longest();
    if (wanted.compareTo(SHORTEST) < 0 || wanted.compareTo(longest) > 0) {
      throw rejected(
          "a lifetime of "
              + InWords.of(wanted)
              + " is not from "
              + InWords.of(SHORTEST)
              + " to "
              + InWords.of(longest)
              + ", half of that of the issuing CA",
          "ask for another, or change issuers." + settings.name() + ".issuing-lifetime");
    }
    return wanted;
  }

  private static void refuse(Optional<LocalCaSettings.Refusal> refusal) throws IssuanceException {
    if (refusal.isPresent()) {
      throw rejected(refusal.get().reason(), refusal.get().remedy());
    }
  }

  private static IssuanceException rejected(String what, String remedy) {
    return new IssuanceException(new IssuanceFailure.Rejected(what + "; " + remedy));
  }
}
