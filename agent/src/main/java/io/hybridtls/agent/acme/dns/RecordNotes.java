package io.hybridtls.agent.acme.dns;

/**
 * Which records are in zones because of us, written down for whoever comes after a crash. MUST NOT
 * fail; safe for any thread.
 */
public interface RecordNotes {

  /**
   * Notes {@code record}, which is about to be added.
   *
   * @return false when it was noted before, and so may be there already
   */
  boolean put(TxtRecord record);

  /** Forgets {@code record}, which is there no more. */
  void remove(TxtRecord record);

  /** Always the same, for all who write the records that are noted here. */
  RecordNeeds needs();
}
