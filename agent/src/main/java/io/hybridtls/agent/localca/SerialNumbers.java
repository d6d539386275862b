package io.hybridtls.agent.localca;

import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * Serial numbers that nobody can foresee and that never repeat: 128 bits of randomness, positive,
 * at most 17 of the 20 octets that RFC 5280, section 4.1.2.2 allows.
 */
final class SerialNumbers {

  private static final int RANDOM_BITS = 128;

  private final SecureRandom random;

  SerialNumbers(SecureRandom random) {
    this.random = random;
  }

  BigInteger next() {
    BigInteger serial = new BigInteger(RANDOM_BITS, random);
    return serial.signum() == 0 ? BigInteger.ONE : serial;
  }
}
