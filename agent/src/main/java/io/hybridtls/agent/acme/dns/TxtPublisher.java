package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.time.InstantSource;

/**
 * Writes TXT records into zones. Adding MUST leave other values of the same name in place, and so
 * MUST removing. Blocks on the network or a program; safe for any thread.
 */
public interface TxtPublisher {

  /**
   * Adds {@code record}; it may take a while until every server of the zone has it.
   *
   * @throws RefusedChangeException when the settings are wrong
   * @throws IOException when another attempt may succeed
   */
  void add(TxtRecord record) throws IOException;

  /**
   * Removes {@code record}, unless it was added more often than removed; one that is not there is
   * none to complain about.
   */
  void remove(TxtRecord record) throws IOException;

  /** Removes {@code record}, which an earlier run has left, unless it is needed now. */
  default void removeUnused(TxtRecord record) throws IOException {
    remove(record);
  }

  /** Writes by RFC 2136. */
  static TxtPublisher by(
      UpdateSettings settings, ZoneLookup zones, InstantSource clock, RecordNotes notes) {
    return new SharedRecords(new DnsUpdatePublisher(settings, zones, clock), notes);
  }

  /** Lets a program write. */
  static TxtPublisher by(CommandSettings settings, RecordNotes notes) {
    return new SharedRecords(new CommandPublisher(settings), notes);
  }
}
