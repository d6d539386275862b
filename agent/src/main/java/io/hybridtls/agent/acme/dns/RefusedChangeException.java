package io.hybridtls.agent.acme.dns;

import java.io.IOException;

/** A change that will be refused again until somebody mends a setting. */
public final class RefusedChangeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String key;

  RefusedChangeException(String key, String message) {
    super(message);
    this.key = key;
  }

  RefusedChangeException(String key, String message, Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /** The setting to mend, relative to the section of these settings. */
  public String key() {
    return key;
  }
}
