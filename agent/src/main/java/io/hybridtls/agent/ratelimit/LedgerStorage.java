package io.hybridtls.agent.ratelimit;

import java.io.IOException;
import java.util.List;

/** Where a ledger is kept, one page for each authority. Called by one thread at a time. */
interface LedgerStorage {

  /** Everything that was appended and not replaced, in order; empty for an unknown authority. */
  List<LedgerEvent> read(String authority) throws IOException;

  /** Durable when it returns. */
  void append(String authority, LedgerEvent event) throws IOException;

  /** Puts {@code events} in place of all that was there. */
  void replace(String authority, List<LedgerEvent> events) throws IOException;

  /** Forgets everything with the process. */
  static LedgerStorage none() {
    return new LedgerStorage() {
      @Override
      public List<LedgerEvent> read(String authority) {
        return List.of();
      }

      @Override
      public void append(String authority, LedgerEvent event) {}

      @Override
      public void replace(String authority, List<LedgerEvent> events) {}
    };
  }
}
