package io.hybridtls.smtp.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A large body while it is being received. */
final class LargeBodyFile implements LargeBodyWriter {

  private final Path file;
  private final FileChannel channel;
  private final LargeBodies folder;
  private long size;
  private boolean finished;

  LargeBodyFile(Path file, FileChannel channel, LargeBodies folder) {
    this.file = file;
    this.channel = channel;
    this.folder = folder;
  }

  @Override
  public void write(ByteBuffer octets) throws SpoolException {
    try {
      while (octets.hasRemaining()) {
        size += channel.write(octets);
      }
    } catch (IOException e) {
      throw StorageFailure.of("large body " + file + " cannot be written", e);
    }
  }

  @Override
  public MessageBody.Large finish() throws SpoolException {
    try {
      channel.force(true);
      channel.close();
      folder.sync();
      finished = true;
      return new MessageBody.Large(file, size);
    } catch (IOException e) {
      throw StorageFailure.of("large body " + file + " cannot be synced", e);
    }
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    try (channel) {
      folder.remove(file);
    } catch (IOException e) {
      throw new IllegalStateException("large body " + file + " cannot be closed", e);
    }
  }
}
