package io.hybridtls.smtp.spool;

/** The number of a message in the spool, unique for the life of the spool; printed in base 36. */
public record QueueId(long value) implements Comparable<QueueId> {

  private static final int RADIX = 36;

  /**
   * Reads the printed form.
   *
   * @throws IllegalArgumentException when {@code text} is not a queue id
   */
  public static QueueId of(String text) {
    try {
      return new QueueId(Long.parseLong(text, RADIX));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a queue id", e);
    }
  }

  @Override
  public int compareTo(QueueId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value, RADIX);
  }
}
