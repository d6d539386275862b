package io.hybridtls.agent.acme;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The TXT records that issuers have in zones. Each issuer's stay known to the one that new settings
 * put in its place, while orders of the former are still under way. Safe for any thread.
 */
public final class WrittenRecords {

  private final Map<Path, LeftRecords> known = new ConcurrentHashMap<>();

  /** Those noted in {@code memory}; it is read the first time. */
  LeftRecords in(Path memory, InstantSource clock) {
    return known.computeIfAbsent(memory, folder -> new LeftRecords(folder, clock));
  }
}
