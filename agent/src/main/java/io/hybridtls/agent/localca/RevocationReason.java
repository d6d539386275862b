package io.hybridtls.agent.localca;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why an end entity's certificate is revoked (RFC 5280, section 5.3.1). Reasons that only a CA has,
 * and the hold that may be lifted again, are left out.
 */
public enum RevocationReason {
  UNSPECIFIED("unspecified", 0),
  KEY_COMPROMISE("key-compromise", 1),
  AFFILIATION_CHANGED("affiliation-changed", 3),
  SUPERSEDED("superseded", 4),
  CESSATION_OF_OPERATION("cessation-of-operation", 5),
  PRIVILEGE_WITHDRAWN("privilege-withdrawn", 9);

  private final String label;
  private final int code;

  RevocationReason(String label, int code) {
    this.label = label;
    this.code = code;
  }

  /** As it is written on the command line and in the ledger. */
  public String label() {
    return label;
  }

  /** As it stands in a revocation list. */
  int code() {
    return code;
  }

  public static Optional<RevocationReason> ofLabel(String label) {
    return Arrays.stream(values()).filter(reason -> reason.label.equals(label)).findFirst();
  }
}
