package io.hybridtls.smtp.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client says that it wishes before anything is agreed (RFC 8446, section 4.1.2).
 *
 * @param serverName the host that it believes to talk to (RFC 6066, section 3)
 * @param protocols that it offers, the one it prefers first (RFC 7301, section 3.1)
 */
public record ClientHello(Optional<String> serverName, List<String> protocols) {

  /** A client that names neither. */
  public static final ClientHello WITHOUT_WISHES = new ClientHello(Optional.empty(), List.of());

  private static final int VERSION_AND_RANDOM = 2 + 32;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;
  private static final int PROTOCOLS = 16;

  public ClientHello {
    protocols = List.copyOf(protocols);
  }

  /**
   * Reads the body of the message, after its type and length, and leaves {@code body} as it is.
   * What does not parse names nothing: the handshake itself will tell the client so.
   */
  public static ClientHello parse(ByteBuf body) {
    try {
      return read(body.slice());
    } catch (IndexOutOfBoundsException e) {
      return WITHOUT_WISHES;
    }
  }

  private static ClientHello read(ByteBuf hello) {
    hello.skipBytes(VERSION_AND_RANDOM);
    hello.skipBytes(hello.readUnsignedByte()); // session id
    hello.skipBytes(hello.readUnsignedShort()); // cipher suites
    hello.skipBytes(hello.readUnsignedByte()); // compression methods
    if (!hello.isReadable()) {
      return WITHOUT_WISHES;
    }
    Optional<String> serverName = Optional.empty();
    List<String> protocols = List.of();
    ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
    while (extensions.isReadable()) {
      int type = extensions.readUnsignedShort();
      ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
      if (type == SERVER_NAME) {
        serverName = hostName(content);
      } else if (type == PROTOCOLS) {
        protocols = protocols(content);
      }
    }
    return new ClientHello(serverName, protocols);
  }

  private static Optional<String> hostName(ByteBuf content) {
    ByteBuf names = content.readSlice(content.readUnsignedShort());
    while (names.isReadable()) {
      int type = names.readUnsignedByte();
      String name = names.readSlice(names.readUnsignedShort()).toString(ISO_8859_1);
      if (type == HOST_NAME) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  private static List<String> protocols(ByteBuf content) {
    ByteBuf names = content.readSlice(content.readUnsignedShort());
    List<String> protocols = new ArrayList<>();
    while (names.isReadable()) {
      protocols.add(names.readSlice(names.readUnsignedByte()).toString(ISO_8859_1));
    }
    return protocols;
  }
}
