package io.hybridtls.agent.acme;

import java.net.URL;
import java.time.Instant;
import java.util.Optional;

/** The server asks for patience in HTTP's terms: 503 or 429, with or without Retry-After. */
final class ServerBusyException extends RequestFailedException {

  private static final long serialVersionUID = 1L;

  private final transient Optional<Instant> until;

  ServerBusyException(URL url, String reason, Optional<Instant> until) {
    super(url, reason);
    this.until = until;
  }

  Optional<Instant> until() {
    return until;
  }
}
