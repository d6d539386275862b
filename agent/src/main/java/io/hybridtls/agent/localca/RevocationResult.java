package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.InWords;
import java.time.Instant;
import java.util.List;

/** What became of a request to revoke a certificate. */
public sealed interface RevocationResult {

  /**
   * It is revoked now, and the list that says so is signed.
   *
   * @param subject whose it is, as in {@code peer device42} or {@code certificate mail}
   */
  record Revoked(String subject, RevocationReason reason) implements RevocationResult {
    @Override
    public String describe() {
      String which = subject.startsWith("certificate ") ? subject : "the certificate of " + subject;
      return "revoked " + which + " (" + reason.label() + ")";
    }
  }

  /**
   * An issuing CA is revoked, and with it all that it has signed.
   *
   * @param successor who signs from now on, in words
   * @param standing whose certificates nobody takes any more, as in {@code peer device42}
   */
  record AuthorityRevoked(
      String subject, RevocationReason reason, String successor, List<String> standing)
      implements RevocationResult {
    public AuthorityRevoked {
      standing = List.copyOf(standing);
    }

    @Override
    public String describe() {
      return "revoked "
          + subject
          + " ("
          + reason.label()
          + ") and with it what it has signed; "
          + successor
          + (standing.isEmpty() ? "" : "; to be issued anew: " + String.join(", ", standing));
    }
  }

  /** Nobody above a root could say so. */
  record Root(String issuer) implements RevocationResult {
    @Override
    public String describe() {
      return "it is a root, which cannot be revoked: take it out of what peers trust, and begin a"
          + " new private CA in place of "
          + issuer;
    }
  }

  /** It was revoked before; time and reason stay what they were. */
  record AlreadyRevoked(Instant at, RevocationReason reason) implements RevocationResult {
    @Override
    public String describe() {
      return "it was revoked before, at " + InWords.of(at) + " (" + reason.label() + ")";
    }
  }

  /** It ended by itself, and nobody takes it any more. */
  record Expired(Instant at) implements RevocationResult {
    @Override
    public String describe() {
      return "it expired at " + InWords.of(at) + ", so that there is nothing to revoke";
    }
  }

  /** This CA has no record of such a certificate. */
  record NotIssued(String serial, String issuer) implements RevocationResult {
    @Override
    public String describe() {
      return "local CA " + issuer + " has issued no certificate with serial " + serial;
    }
  }

  /** One line for the operator. */
  String describe();
}
