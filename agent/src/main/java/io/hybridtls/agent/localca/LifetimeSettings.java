package io.hybridtls.agent.localca;

import java.time.Duration;

/**
 * How long what a private CA signs is valid. The root outlives the issuing CA, and the issuing CA
 * two certificates in a row, so that each is renewed long before it would cut short what it signs.
 *
 * @param endEntity of a certificate that is not asked for with a lifetime of its own
 */
public record LifetimeSettings(Duration root, Duration issuing, Duration endEntity) {

  /** How many certificates in a row, at least, an issuing CA signs. */
  private static final int IN_A_ROW = 2;

  private static final int TENTH = 10;

  /**
   * Checks that the three go together.
   *
   * @throws IllegalArgumentException when one does not outlive what it signs; the message says
   *     which
   */
  public LifetimeSettings {
    if (endEntity.compareTo(issuing.dividedBy(IN_A_ROW)) > 0) {
      throw new IllegalArgumentException(
          "an issuing CA outlives two certificates in a row; these lifetimes do not let it");
    }
    if (root.compareTo(issuing) <= 0) {
      throw new IllegalArgumentException(
          "a root outlives its issuing CA; these lifetimes do not let it");
    }
  }

  /** The longest lifetime that a certificate may be asked for with. */
  public Duration longest() {
    return issuing.dividedBy(IN_A_ROW);
  }

  /** How much longer than what it signs an issuing CA lives at least, when it signs. */
  Duration margin() {
    return issuing.dividedBy(TENTH);
  }

  /** What a root has left, at least, when it signs an issuing CA for certificates of a lifetime. */
  Duration neededOfRoot(Duration lifetime) {
    return lifetime.plus(margin().multipliedBy(2));
  }

  /** What a root has left when its successor is made: time in which peers learn to trust it. */
  Duration successorAt() {
    return neededOfRoot(longest()).plus(root.dividedBy(TENTH));
  }
}
