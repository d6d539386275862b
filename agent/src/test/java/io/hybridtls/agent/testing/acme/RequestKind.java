package io.hybridtls.agent.testing.acme;

import java.util.Arrays;
import java.util.Optional;

/** What a client may ask of an ACME server, and where. */
public enum RequestKind {
  DIRECTORY("dir"),
  NEW_NONCE("nonce"),
  NEW_ACCOUNT("new-account"),
  ACCOUNT("account"),
  NEW_ORDER("new-order"),
  ORDER("order"),
  AUTHORIZATION("authz"),
  CHALLENGE("challenge"),
  FINALIZE("finalize"),
  CERTIFICATE("certificate"),
  RENEWAL_INFO("renewal-info"),
  REVOKE("revoke"),
  KEY_CHANGE("key-change");

  private final String segment;

  RequestKind(String segment) {
    this.segment = segment;
  }

  /** The first segment of the path; what is of one kind differs in the second. */
  String segment() {
    return segment;
  }

  static Optional<RequestKind> of(String segment) {
    return Arrays.stream(values()).filter(kind -> kind.segment.equals(segment)).findFirst();
  }
}
