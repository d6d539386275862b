package io.hybridtls.agent.ratelimit;

import io.hybridtls.agent.ratelimit.LedgerEvent.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was spent of what CAs grant. It is written before an order is sent, so that an agent which
 * is killed may have spent less than it says, and never more. Safe for any thread; blocks on I/O.
 */
public final class RateLimitLedger {

  private static final Logger log = LoggerFactory.getLogger(RateLimitLedger.class);

  /** Lines that may be superfluous before a page is written anew. */
  private static final int COMPACTION = 1_000;

  private final LedgerStorage storage;
  private final Map<String, Page> pages = new HashMap<>();

  private RateLimitLedger(LedgerStorage storage) {
    this.storage = storage;
  }

  /** The counts of one authority, and how many lines its file has grown by. */
  private static final class Page {
    final Tally tally = new Tally();
    int lines;
  }

  /**
   * The ledger kept in {@code directory}, which is made (0700) if it is missing.
   *
   * @throws IOException when that cannot be done, or what is there cannot be read: to go on as if
   *     nothing had been spent would spend it twice
   */
  public static RateLimitLedger open(Path directory) throws IOException {
    return of(LedgerFiles.in(directory));
  }

  static RateLimitLedger of(LedgerStorage storage) throws IOException {
    RateLimitLedger ledger = new RateLimitLedger(storage);
    storage
        .read()
        .forEach(
            (authority, events) -> {
              Page page = new Page();
              events.forEach(page.tally::apply);
              page.lines = events.size();
              ledger.pages.put(authority, page);
            });
    return ledger;
  }

  /** A ledger that ends with the process. */
  public static RateLimitLedger inMemory() {
    return new RateLimitLedger(LedgerStorage.none());
  }

  /** Whether an order would go beyond a limit now, or against what the CA has asked for. */
  public synchronized Optional<Wait> check(PlannedOrder order, Instant now) {
    Tally tally = page(order).tally;
    Optional<Wait> demanded =
        tally.demanded(order, now).map(until -> new Wait(until, "the CA has asked us to wait"));
    Optional<Wait> wait =
        demanded.or(
            () ->
                tally.shares(order, now).stream()
                    .filter(share -> share.freeAt().isPresent())
                    .map(share -> new Wait(share.freeAt().orElseThrow(), share.describe()))
                    .max(Comparator.comparing(Wait::until)));
    writeWhatLiesAhead(order, now);
    return wait;
  }

  /** So that a restart does not begin to wait anew for what a clock dated that was ahead. */
  private void writeWhatLiesAhead(PlannedOrder order, Instant now) {
    Page page = page(order);
    if (!page.tally.isUnwritten()) {
      return;
    }
    try {
      rewrite(order.terms().authority(), page, now);
    } catch (IOException e) {
      log.warn("rate limits of {}: cannot be written: {}", order.terms().authority(), e.toString());
    }
  }

  /** What is spent of each limit that the order would be counted by. */
  public synchronized List<SpentShare> shares(PlannedOrder order, Instant now) {
    return page(order).tally.shares(order, now);
  }

  /**
   * Writes the order down, unless it must wait; nobody else takes what was left in between.
   *
   * @return empty when the order may be sent
   * @throws IOException when it cannot be written down; then it must not be sent
   */
  public synchronized Optional<Wait> reserve(PlannedOrder order, Instant now) throws IOException {
    Optional<Wait> wait = check(order, now);
    if (wait.isEmpty()) {
      spend(order, now);
    }
    return wait;
  }

  /**
   * Writes the order down whatever is spent: an operator insists.
   *
   * @throws IOException when it cannot be written down; then it must not be sent
   */
  public synchronized void spend(PlannedOrder order, Instant now) throws IOException {
    Kind kind = page(order).tally.kind(order, now);
    append(order, LedgerEvent.of(kind, order.issuer(), order.names(), now), now);
  }

  /**
   * Notes what became of an order.
   *
   * @param placed when it was written down
   * @param issued whether it became a certificate; if not, it counts as an order alone
   */
  public synchronized void settle(PlannedOrder order, Instant placed, boolean issued, Instant now)
      throws IOException {
    Kind kind = issued ? Kind.ISSUED : Kind.NOT_ISSUED;
    append(order, new LedgerEvent(kind, order.issuer(), order.names(), now, placed), now);
  }

  /**
   * Notes that the CA could not validate {@code failed}, some of the names of {@code order}; the
   * others are counted by nobody.
   */
  public synchronized void validationFailed(
      PlannedOrder order, Collection<String> failed, Instant now) throws IOException {
    List<String> names = order.names().stream().filter(failed::contains).toList();
    append(order, LedgerEvent.of(Kind.FAILED_VALIDATION, order.issuer(), names, now), now);
  }

  /** Notes that the CA asks for no such order before {@code until}. */
  public synchronized void demanded(PlannedOrder order, Instant until, Instant now)
      throws IOException {
    append(order, new LedgerEvent(Kind.DEMAND, order.issuer(), order.names(), until, now), now);
  }

  private void append(PlannedOrder order, LedgerEvent event, Instant now) throws IOException {
    if (order.terms().limits().limits().isEmpty() && event.kind() != Kind.DEMAND) {
      return; // nobody counts it
    }
    Page page = page(order);
    String authority = order.terms().authority();
    storage.append(authority, event);
    page.tally.apply(event);
    page.lines++;
    if (page.lines >= COMPACTION) {
      rewrite(authority, page, now);
    }
  }

  private void rewrite(String authority, Page page, Instant now) throws IOException {
    storage.replace(authority, page.tally.live(now));
    page.lines = 0;
    page.tally.written();
  }

  private Page page(PlannedOrder order) {
    return pages.computeIfAbsent(order.terms().authority(), authority -> new Page());
  }
}
