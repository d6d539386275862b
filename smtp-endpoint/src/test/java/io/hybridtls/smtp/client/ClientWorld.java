package io.hybridtls.smtp.client;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.outbound.Consignment;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.testing.InMemorySpool;
import io.hybridtls.smtp.testing.SettableClock;
import io.hybridtls.smtp.tls.TrustSource;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client with everything it needs, and connectors to talk to {@link ScriptedPeer}s. */
final class ClientWorld implements AutoCloseable {

  static final CertificateId MAIL = CertificateId.of("mail");
  static final ClientTimeouts PATIENT =
      new ClientTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final TestTls tls = new TestTls(MAIL);
  private final SmtpClient client;

  ClientWorld() {
    this(PATIENT);
  }

  /** Every name is an address of the loopback. */
  ClientWorld(ClientTimeouts timeouts) {
    client =
        new SmtpClient(
            new ClientTransport(group, NioSocketChannel::new),
            tls.contexts(),
            tls,
            host ->
                host.startsWith("missing")
                    ? HostResolver.system(workers).resolve("missing.invalid")
                    : CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress())),
            new InMemorySpool(new SettableClock()),
            workers,
            new ClientSettings(DnsName.of("mail.contoso.example"), timeouts));
  }

  TestTls tls() {
    return tls;
  }

  SmtpClient client() {
    return client;
  }

  static OutboundConnector connector(TlsRequirement requirement) {
    return connector(requirement, Optional.empty(), TrustSource.systemRoots(), 2);
  }

  static OutboundConnector connector(
      TlsRequirement requirement,
      Optional<CertificateId> certificate,
      TrustSource trust,
      int maxConnections) {
    return new OutboundConnector(
        "peer",
        List.of(new DomainPattern.Any()),
        List.of(SmartHost.of("peer.example")),
        requirement,
        certificate,
        trust,
        maxConnections);
  }

  CompletableFuture<Map<Integer, DeliveryOutcome>> send(
      LeasedMessage message, OutboundConnector connector, NextHop... hops) {
    return client
        .carry(
            new Consignment(
                message, message.recipients(), connector, connector.tls(), List.of(hops)))
        .toCompletableFuture();
  }

  CompletableFuture<Map<Integer, DeliveryOutcome>> send(
      LeasedMessage message, OutboundConnector connector, ScriptedPeer... peers) {
    return send(
        message,
        connector,
        Stream.of(peers)
            .map(peer -> new NextHop("peer.example", peer.port()))
            .toArray(NextHop[]::new));
  }

  /** The outcome of the only recipient. */
  DeliveryOutcome outcome(
      LeasedMessage message, OutboundConnector connector, ScriptedPeer... peers) {
    DeliveryOutcome only = await(send(message, connector, peers)).get(0);
    if (only == null) {
      throw new AssertionError("the recipient has no outcome");
    }
    return only;
  }

  static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    client.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    workers.shutdownNow();
  }
}
