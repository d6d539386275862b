package io.hybridtls.certstore.live;

/** The read side: which generation a handshake that begins now must use. Safe for any thread. */
public interface LiveCertificates {

  /** The current snapshot; one volatile read. */
  LiveSnapshot snapshot();

  /**
   * Takes part in every later swap. The participant prepares at once for the current snapshot as
   * well.
   *
   * @throws SwapRejectedException when it cannot prepare for the current snapshot; it is then not
   *     added
   */
  void join(SwapParticipant participant) throws SwapRejectedException;
}
