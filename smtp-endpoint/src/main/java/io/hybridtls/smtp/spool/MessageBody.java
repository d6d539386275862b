package io.hybridtls.smtp.spool;

import java.nio.file.Path;

/**
 * The content of a message: header section and body with CRLF line ends, as it was between DATA and
 * the final dot, dots unstuffed, our own trace fields in front.
 */
public sealed interface MessageBody {

  /** Octets. */
  long size();

  /** A body held in memory; compared by identity, since its content may be large. */
  final class InMemory implements MessageBody {

    private final byte[] content;

    /** Takes {@code content} without a copy: whoever passes it on does not write to it any more. */
    public InMemory(byte[] content) {
      this.content = content;
    }

    /** The octets themselves, not a copy; not to be written to. */
    public byte[] content() {
      return content;
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public String toString() {
      return "InMemory[" + content.length + " octets]";
    }
  }

  /** A body in a file of the spool's {@code large} folder, complete and synced. */
  record Large(Path file, long size) implements MessageBody {}
}
