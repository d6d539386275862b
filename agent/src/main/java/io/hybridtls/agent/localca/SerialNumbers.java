package io.hybridtls.agent.localca;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Serial numbers that nobody can foresee and that never repeat: 128 bits of randomness, positive,
 * at most 17 of the 20 octets that RFC 5280, section 4.1.2.2 allows.
 */
final class SerialNumbers {

  private static final int RANDOM_BITS = 128;

  /** Up to the 20 octets of RFC 5280, with a leading zero. */
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-fA-F]{1,42}");

  private final SecureRandom random;

  SerialNumbers(SecureRandom random) {
    this.random = random;
  }

  /**
   * Reads a serial as programs print it: hexadecimal in either case, colons or a leading {@code 0x}
   * allowed.
   *
   * @throws IllegalArgumentException when {@code text} is not that
   */
  static BigInteger parse(String text) {
    String digits = text.strip().replaceFirst("^0[xX]", "").replace(":", "");
    if (!HEXADECIMAL.matcher(digits).matches()) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not a serial number; write it in hexadecimal, such as 3f:a0:51 or"
              + " 3fa051");
    }
    return new BigInteger(digits, 16);
  }

  BigInteger next() {
    BigInteger serial = new BigInteger(RANDOM_BITS, random);
    return serial.signum() == 0 ? BigInteger.ONE : serial;
  }
}
