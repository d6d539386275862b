package io.hybridtls.agent.ratelimit;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Where a ledger is kept, one page for each authority. Called by one thread at a time. */
interface LedgerStorage {

  /** Everything that was appended and not replaced, in order, by authority. */
  Map<String, List<LedgerEvent>> read() throws IOException;

  /** Durable when it returns. */
  void append(String authority, LedgerEvent event) throws IOException;

  /** Puts {@code events} in place of all that was there. */
  void replace(String authority, List<LedgerEvent> events) throws IOException;

  /** Forgets everything with the process. */
  static LedgerStorage none() {
    return new LedgerStorage() {
      @Override
      public Map<String, List<LedgerEvent>> read() {
        return Map.of();
      }

      @Override
      public void append(String authority, LedgerEvent event) {}

      @Override
      public void replace(String authority, List<LedgerEvent> events) {}
    };
  }
}
