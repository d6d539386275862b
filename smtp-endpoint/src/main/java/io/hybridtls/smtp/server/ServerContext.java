package io.hybridtls.smtp.server;

import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.hybridtls.smtp.tls.TlsContexts;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every session works with, for the life of the server.
 *
 * @param workers for what blocks: bodies on disk
 * @param traceIds the last id given; begins where no earlier run has been
 */
record ServerContext(
    TlsContexts tls,
    PeerVerifier verifier,
    MessageSpool spool,
    BodyMemory memory,
    ConnectionRegistry registry,
    Executor workers,
    InstantSource clock,
    AtomicLong traceIds) {

  private static final int RADIX = 36;

  /** An id for a Received field, by which the message is found in the log. */
  String nextTraceId() {
    return Long.toString(traceIds.incrementAndGet(), RADIX);
  }
}
