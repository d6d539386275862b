package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import java.util.Optional;
import java.util.Set;

/** Who the peer proved to be. */
public sealed interface PeerIdentity {

  /** The peer presented no certificate, or there is no TLS. */
  record Anonymous() implements PeerIdentity {
    @Override
    public String describe() {
      return "no certificate";
    }
  }

  /**
   * The peer presented a certificate that proves nothing.
   *
   * @param subject the leaf's subject, for the log
   * @param reason why the chain was not accepted, for the log and the operator
   */
  record Unverified(String subject, String reason) implements PeerIdentity {
    @Override
    public String describe() {
      return claim() + ": " + reason;
    }

    /** Without the reason, which names files of this host. */
    @Override
    public String claim() {
      return "unverified certificate \"" + subject + "\"";
    }
  }

  /**
   * The peer's chain ends at a trusted root and is valid now.
   *
   * @param names the leaf's DNS names; its common name instead when it has none
   * @param permittedRoles the roles its key purposes allow
   */
  record Verified(String subject, Set<DnsName> names, Set<CertificateRole> permittedRoles)
      implements PeerIdentity {
    public Verified {
      names = Set.copyOf(names);
      permittedRoles = Set.copyOf(permittedRoles);
    }

    @Override
    public Optional<Verified> verified() {
      return Optional.of(this);
    }

    public boolean carries(ReferenceIdentity reference) {
      return names.stream().anyMatch(reference::isSatisfiedBy);
    }

    @Override
    public String describe() {
      return "verified certificate for "
          + String.join(", ", names.stream().map(DnsName::value).sorted().toList());
    }
  }

  /** This identity, if it was verified. */
  default Optional<Verified> verified() {
    return Optional.empty();
  }

  /** One line for the log and the operator. */
  String describe();

  /** One line for Received fields, which strangers read. */
  default String claim() {
    return describe();
  }

  static PeerIdentity anonymous() {
    return new Anonymous();
  }
}
