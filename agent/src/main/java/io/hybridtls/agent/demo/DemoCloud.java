package io.hybridtls.agent.demo;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.smtp.inbound.ConnectorRelayAuthorizer;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.server.ServerPolicy;
import io.hybridtls.smtp.server.SmtpServer;
import io.hybridtls.smtp.server.Transport;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.MessageSpools;
import io.hybridtls.smtp.spool.Settlement;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.LiveTlsContexts;
import io.hybridtls.smtp.tls.PkixPeerVerifier;
import io.hybridtls.smtp.tls.TlsUses;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The pretended cloud: an SMTP server that takes mail only from clients with a certificate of the
 * CA.
 */
final class DemoCloud implements AutoCloseable {

  private static final TrustSource DEMO_CA = new TrustSource.LocalIssuer("demo");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final LiveCertificateRegistry certificates = LiveCertificateRegistry.empty();
  private final Transport transport = Transport.open(1);
  private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
  private final InstantSource clock;
  private final MessageSpool spool;
  private final SmtpServer server;
  private final PkixPeerVerifier verifier;

  private DemoCloud(Path directory, DnsName hostname, ListenerSettings listener)
      throws IOException, SpoolException, SwapRejectedException {
    this.clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    this.spool = MessageSpools.sqlite(SpoolSettings.of(directory, hostname), clock, random);
    this.verifier = new PkixPeerVerifier(new TrustRoots(Map.of()), clock, workers);
    ServerUse use =
        new ServerUse(listener.certificate().orElseThrow(), ClientCertificateMode.REQUIRED);
    LiveTlsContexts contexts =
        LiveTlsContexts.follow(certificates, new TlsUses(Set.of(use), Set.of()));
    this.server = new SmtpServer(transport, contexts, verifier, spool, 16 << 20, workers, clock);
    spool.onArrival(() -> workers.execute(this::read));
    server.apply(policy(hostname), List.of(listener), () -> {});
  }

  /** Listens on a free port; it has no certificate to present yet. */
  static DemoCloud open(Path directory, String certificate, DnsName hostname) throws IOException {
    ListenerSettings listener =
        new ListenerSettings(
            "cloud",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ListenerTls.STARTTLS,
            Optional.of(CertificateId.of(certificate)),
            ClientCertificateMode.REQUIRED,
            DEMO_CA);
    try {
      return new DemoCloud(directory, hostname, listener);
    } catch (SpoolException | SwapRejectedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  InetSocketAddress address() {
    return server.address("cloud").orElseThrow();
  }

  /** From now on presents {@code own}, and asks for certificates that end at {@code root}. */
  void present(Generation own, X509Certificate root) throws SwapRejectedException {
    verifier.reconfigure(
        new TrustRoots(
            Map.of(DEMO_CA, Set.of(new TrustAnchor(root, /* nameConstraints= */ null)))));
    certificates.publish(List.of(own));
  }

  /** Waits for the next message and gives its text. */
  String awaitMessage() throws IOException, InterruptedException {
    String message = arrived.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (message == null) {
      throw new IOException("no message reached the cloud within " + PATIENCE.toSeconds() + " s");
    }
    return message;
  }

  @Override
  public void close() {
    server.close();
    transport.close();
    spool.close();
    workers.shutdown();
  }

  private void read() {
    try {
      for (LeasedMessage message : spool.lease(clock.instant(), 10)) {
        try (InputStream body = spool.open(message.body())) {
          arrived.add(new String(body.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
        spool
            .settle(
                message,
                message.recipients().stream()
                    .<Settlement>map(r -> new Settlement.Delivered(r.number(), "mailbox", "read"))
                    .toList())
            .toCompletableFuture()
            .join();
      }
    } catch (SpoolException | IOException e) {
      arrived.add("the cloud could not read its mail: " + e.getMessage());
    }
  }

  private static ServerPolicy policy(DnsName hostname) {
    SessionLimits limits =
        new SessionLimits(1 << 20, 100, 20, 100, Duration.ofMinutes(1), Duration.ofMinutes(1));
    return new ServerPolicy(
        hostname,
        limits,
        new ConnectorRelayAuthorizer(List.of(DomainPattern.of(hostname.value())), List.of()),
        100);
  }
}
