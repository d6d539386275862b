package io.hybridtls.smtp.outbound;

/**
 * The host that answered, as logs and reports name it.
 *
 * @param remote {@code host[address]:port}, or {@code none} when no host was reached
 * @param tls protocol and cipher suite, or {@code none}
 * @param peer what the host proved to be
 */
public record Relay(String remote, String tls, String peer) {

  private static final Relay NONE = new Relay("none", "none", "none");

  public Relay {
    remote = PrintableText.of(remote);
    tls = PrintableText.of(tls);
    peer = PrintableText.of(peer);
  }

  /** No host was reached. */
  public static Relay none() {
    return NONE;
  }
}
