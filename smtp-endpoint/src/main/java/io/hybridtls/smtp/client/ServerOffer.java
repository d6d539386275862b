package io.hybridtls.smtp.client;

import io.hybridtls.smtp.protocol.Extension;
import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The extensions a server offers in one EHLO reply. An offer made before TLS is worth nothing after
 * it (RFC 3207, section 4.2).
 */
record ServerOffer(Map<Extension, String> extensions) {

  /** The offer of a server that was greeted with HELO. */
  static final ServerOffer NOTHING = new ServerOffer(Map.of());

  static ServerOffer in(SmtpReply ehlo) {
    return new ServerOffer(Extension.offeredIn(ehlo));
  }

  boolean includes(Extension extension) {
    return extensions.containsKey(extension);
  }

  /** The largest message the server takes; empty when it did not say (RFC 1870, section 4). */
  OptionalLong maxSize() {
    String size = extensions.getOrDefault(Extension.SIZE, "");
    if (!size.matches("[0-9]{1,18}")) {
      return OptionalLong.empty();
    }
    long limit = Long.parseLong(size);
    return limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit);
  }
}
