package io.hybridtls.certstore.live;

/**
 * Whoever holds something derived from the snapshot, such as TLS contexts. A swap has two phases so
 * that all participants change or none does.
 */
@FunctionalInterface
public interface SwapParticipant {

  /**
   * Builds what {@code next} needs, on the publisher's thread, never on an event loop, without yet
   * using it. The returned action puts it into use: it MUST be one volatile write and MUST NOT
   * fail.
   *
   * @throws SwapRejectedException when {@code next} cannot be used; nothing is swapped then
   */
  Runnable prepare(LiveSnapshot next) throws SwapRejectedException;
}
