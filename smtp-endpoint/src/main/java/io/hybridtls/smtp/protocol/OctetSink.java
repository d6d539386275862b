package io.hybridtls.smtp.protocol;

/** Takes runs of octets, in order. */
@FunctionalInterface
public interface OctetSink {

  /**
   * Takes {@code length} octets of {@code octets} from {@code offset} on. They are to be copied or
   * used up before this returns: the array belongs to the caller and is written to again.
   */
  void accept(byte[] octets, int offset, int length);
}
