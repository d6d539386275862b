package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.tls.TlsContexts.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Opens one connection: resolves the host, tries its addresses in turn, and holds the conversation
 * until mail may be sent. Where TLS is only opportunistic, a failed handshake is followed by a
 * second connection, in clear text; never by clear text on the first.
 */
final class ConnectionOpener {

  private final ClientTransport transport;
  private final ClientSettings settings;
  private final HostResolver resolver;
  private final PeerCheck peerCheck;
  private final ContentSender contents;

  ConnectionOpener(
      ClientTransport transport,
      ClientSettings settings,
      HostResolver resolver,
      PeerCheck peerCheck,
      ContentSender contents) {
    this.transport = transport;
    this.settings = settings;
    this.resolver = resolver;
    this.peerCheck = peerCheck;
    this.contents = contents;
  }

  /** Does not block; {@code owner} is told on an event loop or the resolver's thread. */
  void open(PoolKey key, ClientTls tls, ConnectionOwner owner) {
    resolver
        .resolve(key.hop().host())
        .whenComplete(
            (addresses, failure) -> {
              if (failure == null) {
                new Opening(key, tls, owner, addresses).connect(0, false);
              } else {
                owner.setupFailed(unresolved(key.hop(), failure), false);
              }
            });
  }

  private static DeliveryOutcome unresolved(NextHop hop, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return DeliveryOutcome.deferred(
        Relay.none(), "4.4.4", "no address was found for host " + hop.host() + ": " + cause);
  }

  /** One way through the addresses of a host. */
  private final class Opening {

    private final PoolKey key;
    private final ClientTls tls;
    private final ConnectionOwner owner;
    private final List<InetAddress> addresses;

    Opening(PoolKey key, ClientTls tls, ConnectionOwner owner, List<InetAddress> addresses) {
      this.key = key;
      this.tls = tls;
      this.owner = owner;
      this.addresses = addresses;
    }

    void connect(int index, boolean avoidTls) {
      InetAddress address = addresses.get(index);
      String remote = key.hop().host() + "[" + address.getHostAddress() + "]:" + key.hop().port();
      bootstrap(remote, index, avoidTls)
          .connect(new InetSocketAddress(address, key.hop().port()))
          .addListener(
              connected -> {
                if (connected.isSuccess()) {
                  return;
                }
                if (index + 1 < addresses.size()) {
                  connect(index + 1, avoidTls);
                } else {
                  owner.setupFailed(unreachable(remote, connected.cause()), false);
                }
              });
    }

    private Bootstrap bootstrap(String remote, int index, boolean avoidTls) {
      return new Bootstrap()
          .group(transport.group())
          .channelFactory(transport.channels())
          .option(ChannelOption.TCP_NODELAY, true)
          .option(
              ChannelOption.CONNECT_TIMEOUT_MILLIS,
              Math.toIntExact(settings.timeouts().connect().toMillis()))
          .handler(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel
                      .pipeline()
                      .addLast(new ReplyHandler(connection(channel, remote, index, avoidTls)));
                }
              });
    }

    private ClientConnection connection(
        Channel channel, String remote, int index, boolean avoidTls) {
      return new ClientConnection(
          channel,
          new ClientConversation(
              settings.hostname().value(),
              key.requirement(),
              avoidTls,
              new Relay(remote, "none", "not checked")),
          new TlsStarter(tls, key, remote, peerCheck, settings.timeouts()),
          contents,
          settings.timeouts(),
          key.requirement().requiresTls() || avoidTls
              ? owner
              : new ClearTextFallback(owner, () -> connect(index, true)));
    }

    private DeliveryOutcome unreachable(String remote, Throwable cause) {
      return DeliveryOutcome.deferred(
          new Relay(remote, "none", "none"), "4.4.1", "connection failed: " + cause.getMessage());
    }
  }

  /** Connects again when an opportunistic handshake failed (RFC 7435). */
  private record ClearTextFallback(ConnectionOwner owner, Runnable connectWithoutTls)
      implements ConnectionOwner {

    @Override
    public Optional<DeliveryAttempt> ready(ClientConnection connection) {
      return owner.ready(connection);
    }

    @Override
    public void setupFailed(DeliveryOutcome outcome, boolean inHandshake) {
      if (inHandshake) {
        connectWithoutTls.run();
      } else {
        owner.setupFailed(outcome, false);
      }
    }

    @Override
    public void ended(ClientConnection connection) {
      owner.ended(connection);
    }

    @Override
    public void handBack(DeliveryAttempt attempt) {
      owner.handBack(attempt);
    }
  }
}
