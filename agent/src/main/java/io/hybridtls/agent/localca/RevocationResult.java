package io.hybridtls.agent.localca;

import java.time.Instant;

/** What became of a request to revoke a certificate. */
public sealed interface RevocationResult {

  /** It is revoked now, and the list that says so is signed. */
  record Revoked(String subject, RevocationReason reason) implements RevocationResult {
    @Override
    public String describe() {
      return "revoked the certificate of " + subject + " (" + reason.label() + ")";
    }
  }

  /** It was revoked before; time and reason stay what they were. */
  record AlreadyRevoked(Instant at, RevocationReason reason) implements RevocationResult {
    @Override
    public String describe() {
      return "it was revoked before, at " + at + " (" + reason.label() + ")";
    }
  }

  /** It ended by itself, and nobody takes it any more. */
  record Expired(Instant at) implements RevocationResult {
    @Override
    public String describe() {
      return "it expired at " + at + ", so that there is nothing to revoke";
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
