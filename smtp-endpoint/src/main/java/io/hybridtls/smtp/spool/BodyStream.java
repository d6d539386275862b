package io.hybridtls.smtp.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** Reads bodies from wherever they are. */
final class BodyStream {

  private BodyStream() {}

  static InputStream open(MessageBody body) throws IOException {
    if (body instanceof MessageBody.InMemory memory) {
      return new ByteArrayInputStream(memory.content());
    }
    return Files.newInputStream(((MessageBody.Large) body).file());
  }
}
