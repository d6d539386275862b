package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.InWords;
import java.time.Instant;

/**
 * That a CA has revoked a certificate of ours, at an operator's word.
 *
 * @param reason as operators write it, for example {@code superseded}
 * @param spkiSha256 of its key, in lower-case hexadecimal
 * @param notAfter when it would have expired, and the revocation ceases to matter
 */
record Revocation(Instant at, String reason, String spkiSha256, Instant notAfter) {

  private static final String KEY_COMPROMISE = "key-compromise";

  /** Whether no certificate with the same key is to be trusted, either. */
  boolean isOfTheKey() {
    return reason.equals(KEY_COMPROMISE);
  }

  String describe() {
    return "it was revoked at " + InWords.of(at) + " (" + reason + ")";
  }
}
