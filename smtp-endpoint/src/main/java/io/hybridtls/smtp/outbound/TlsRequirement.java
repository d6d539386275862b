package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.util.Optional;

/** How safe a path must be before a byte of mail is sent over it. */
public sealed interface TlsRequirement {

  /** TLS when the peer offers it, without authentication; plain text otherwise (RFC 7435). */
  record Opportunistic() implements TlsRequirement {
    @Override
    public boolean requiresTls() {
      return false;
    }

    @Override
    public String toString() {
      return "opportunistic";
    }
  }

  /** TLS, whoever the peer is. */
  record EncryptionOnly() implements TlsRequirement {
    @Override
    public String toString() {
      return "encryption-only";
    }
  }

  /** TLS with a chain to a trusted root that is valid now. */
  record CertificateValidation() implements TlsRequirement {
    @Override
    public boolean requiresVerifiedPeer() {
      return true;
    }

    @Override
    public String toString() {
      return "certificate-validation";
    }
  }

  /** That, and the certificate carries the domain. */
  record DomainValidation(ReferenceIdentity domain) implements TlsRequirement {
    @Override
    public boolean requiresVerifiedPeer() {
      return true;
    }

    @Override
    public Optional<ReferenceIdentity> referenceIdentity() {
      return Optional.of(domain);
    }

    @Override
    public String toString() {
      return "domain-validation(" + domain + ")";
    }
  }

  /** Whether mail is never sent in plain text. */
  default boolean requiresTls() {
    return true;
  }

  default boolean requiresVerifiedPeer() {
    return false;
  }

  default Optional<ReferenceIdentity> referenceIdentity() {
    return Optional.empty();
  }
}
