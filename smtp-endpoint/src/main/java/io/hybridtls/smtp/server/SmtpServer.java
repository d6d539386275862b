package io.hybridtls.smtp.server;

import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.hybridtls.smtp.tls.TlsContexts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The listeners. A change of configuration is applied whole: new addresses are bound first, and
 * only when all of them are does anything change. Methods are for one caller at a time, not an
 * event loop.
 */
public final class SmtpServer implements AutoCloseable {

  private static final int BACKLOG = 1_024;

  private final Transport transport;
  private final ServerContext context;
  private volatile Map<String, Bound> listeners = Map.of();

  /** A bound address, and what begins the sessions on it. */
  private record Bound(InetSocketAddress requested, Channel channel, SessionInitializer sessions) {

    boolean isAt(InetSocketAddress address) {
      return requested.equals(address) || address.equals(channel.localAddress());
    }

    Listener listener() {
      return sessions.listener();
    }

    void beginToAccept() {
      channel.config().setAutoRead(true);
    }

    void close() {
      channel.close().awaitUninterruptibly();
    }
  }

  /**
   * Makes a server without listeners.
   *
   * @param bodyMemory octets of bodies in flight that are held in memory
   * @param workers for what blocks: bodies on disk
   */
  public SmtpServer(
      Transport transport,
      TlsContexts tls,
      PeerVerifier verifier,
      MessageSpool spool,
      long bodyMemory,
      Executor workers,
      InstantSource clock) {
    this.transport = transport;
    this.context =
        new ServerContext(
            tls,
            verifier,
            spool,
            new BodyMemory(bodyMemory),
            new ConnectionRegistry(),
            workers,
            clock,
            new AtomicLong(clock.millis()));
  }

  /**
   * Listens on exactly these addresses, under this policy. Open sessions go on as they began.
   *
   * @param beforeChange runs once every address is bound, and before anything that listened changes
   *     or a connection to a new address is accepted; must not fail
   * @throws IOException when an address cannot be bound; nothing has changed then
   */
  public void apply(ServerPolicy policy, List<ListenerSettings> wanted, Runnable beforeChange)
      throws IOException {
    Map<String, Bound> staying = staying(wanted);
    Map<String, Bound> fresh = new HashMap<>();
    try {
      for (ListenerSettings settings : wanted) {
        if (!staying.containsKey(settings.name())) {
          fresh.put(settings.name(), bind(listener(settings, policy, new ProtocolContexts())));
        }
      }
    } catch (IOException e) {
      fresh.values().forEach(Bound::close);
      throw e;
    }
    beforeChange.run();
    for (ListenerSettings settings : wanted) {
      Bound open = staying.get(settings.name());
      if (open != null) {
        ProtocolContexts kept = open.listener().otherProtocols();
        open.sessions().follow(listener(settings, policy, kept));
      }
    }
    List<Bound> gone = new ArrayList<>(listeners.values());
    gone.removeAll(staying.values());
    gone.forEach(Bound::close);
    staying.putAll(fresh);
    listeners = Map.copyOf(staying);
    fresh.values().forEach(Bound::beginToAccept);
  }

  /**
   * The open addresses that are wanted again, by the name that each has from now on: a listener
   * that was only renamed keeps its socket, which could not be bound twice.
   */
  private Map<String, Bound> staying(List<ListenerSettings> wanted) {
    Map<String, Bound> staying = new HashMap<>();
    List<Bound> free = new ArrayList<>(listeners.values());
    for (ListenerSettings settings : wanted) {
      Bound sameName = listeners.get(settings.name());
      if (sameName != null && sameName.isAt(settings.address())) {
        staying.put(settings.name(), sameName);
        free.remove(sameName);
      }
    }
    for (ListenerSettings settings : wanted) {
      if (!staying.containsKey(settings.name())) {
        free.stream()
            .filter(open -> open.isAt(settings.address()))
            .findFirst()
            .ifPresent(
                open -> {
                  staying.put(settings.name(), open);
                  free.remove(open);
                });
      }
    }
    return staying;
  }

  /** Where each listener is bound, by name; port 0 in the settings is the port it got here. */
  public Map<String, InetSocketAddress> addresses() {
    Map<String, InetSocketAddress> addresses = new HashMap<>();
    listeners.forEach(
        (name, bound) -> addresses.put(name, (InetSocketAddress) bound.channel().localAddress()));
    return addresses;
  }

  /** Where the listener of that name is bound; empty when there is none. */
  public Optional<InetSocketAddress> address(String listener) {
    return Optional.ofNullable(addresses().get(listener));
  }

  /**
   * Where to answer clients that connect to {@code address}, as it is configured, and do not come
   * for mail; empty when no listener with implicit TLS is there.
   */
  public Optional<ProtocolContexts> otherProtocols(InetSocketAddress address) {
    return listeners.values().stream()
        .filter(bound -> bound.isAt(address) && bound.listener().isImplicitTls())
        .findFirst()
        .map(bound -> bound.listener().otherProtocols());
  }

  /** Sessions open now. */
  public int sessions() {
    return context.registry().size();
  }

  /** Octets of bodies in flight that are held in memory now. */
  public long bodyMemoryInUse() {
    return context.memory().used();
  }

  /**
   * Accepts nothing new, lets each session finish the message it is sending, and ends it with 421
   * 4.3.2.
   *
   * @return whether all sessions had ended within {@code limit}
   */
  public boolean drain(Duration limit) throws InterruptedException {
    close();
    return context.registry().drain(limit);
  }

  /** Stops listening; open sessions go on. */
  @Override
  public void close() {
    listeners.values().forEach(Bound::close);
    listeners = Map.of();
  }

  private Listener listener(
      ListenerSettings settings, ServerPolicy policy, ProtocolContexts otherProtocols) {
    return Listener.of(settings, policy, context.tls(), otherProtocols);
  }

  /** Binds without accepting yet. */
  private Bound bind(Listener listener) throws IOException {
    ListenerSettings settings = listener.settings();
    SessionInitializer sessions = new SessionInitializer(context, listener);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.eventLoops())
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(sessions)
            .bind(settings.address())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(explain(settings, bound.cause()), bound.cause());
    }
    return new Bound(settings.address(), bound.channel(), sessions);
  }

  private static String explain(ListenerSettings settings, Throwable cause) {
    InetSocketAddress address = settings.address();
    return "listener "
        + settings.name()
        + " cannot listen on "
        + address.getHostString()
        + ":"
        + address.getPort()
        + ": "
        + cause.getMessage()
        + "; free the port (ss -ltnp names its owner), or change smtp.listeners."
        + settings.name()
        + ".address"
        + (address.getPort() < 1_024 ? "; ports below 1024 need CAP_NET_BIND_SERVICE" : "");
  }
}
