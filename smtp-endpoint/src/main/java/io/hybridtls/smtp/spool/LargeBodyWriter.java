package io.hybridtls.smtp.spool;

import java.nio.ByteBuffer;

/** A large body being received. Used by one thread at a time; every method blocks on I/O. */
public interface LargeBodyWriter extends AutoCloseable {

  void write(ByteBuffer octets) throws SpoolException;

  /** Syncs the file. It belongs to the spool's message once accepted, and is removed otherwise. */
  MessageBody.Large finish() throws SpoolException;

  /** Removes the file unless it was finished. */
  @Override
  void close();
}
