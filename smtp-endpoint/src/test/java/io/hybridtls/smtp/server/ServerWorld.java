package io.hybridtls.smtp.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.inbound.ConnectorRelayAuthorizer;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.MessageSpools;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.LiveTlsContexts;
import io.hybridtls.smtp.tls.PkixPeerVerifier;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TlsUses;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustRootsReader;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A server on loopback as the endpoint would run it, with a real spool that nobody empties: mail to
 * contoso.example is taken from everybody, and mail to anywhere from {@code mail.cloud.example} by
 * its certificate, whose cross-premises headers are believed.
 */
final class ServerWorld implements AutoCloseable {

  static final CertificateId MAIL = CertificateId.of("mail");
  static final InstantSource CLOCK = InstantSource.system();
  static final SessionLimits LIMITS =
      new SessionLimits(4 << 20, 100, 20, 30, Duration.ofMinutes(5), Duration.ofMinutes(3));

  final TestCa ca = TestCa.named("Contoso");
  final TestCa cloud = TestCa.named("Cloud");
  final LiveCertificateRegistry certificates = LiveCertificateRegistry.empty();
  final TrustSource clientTrust;
  final MessageSpool spool;
  final LiveTlsContexts contexts;
  final PkixPeerVerifier verifier;
  final SmtpServer server;

  private final Transport transport = Transport.open(2);
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private long generations;

  private ServerWorld(
      Path folder,
      long bodyMemory,
      UnaryOperator<SpoolSettings> spooling,
      UnaryOperator<MessageSpool> wrapping)
      throws Exception {
    clientTrust = new TrustSource.CaFile(cloud.writeRoot(folder.resolve("clients.pem")));
    spool =
        wrapping.apply(
            MessageSpools.sqlite(
                spooling.apply(
                    SpoolSettings.of(folder.resolve("spool"), DnsName.of("mail.contoso.example"))),
                CLOCK,
                new SecureRandom()));
    publish(ca.issue("mail.contoso.example"));
    contexts =
        LiveTlsContexts.follow(
            certificates,
            new TlsUses(
                EnumSet.allOf(ClientCertificateMode.class).stream()
                    .map(mode -> new ServerUse(MAIL, mode))
                    .collect(Collectors.toSet()),
                Set.of()));
    verifier = new PkixPeerVerifier(rootsOfClients(), CLOCK, workers);
    server = new SmtpServer(transport, contexts, verifier, spool, bodyMemory, workers, CLOCK);
  }

  /** With nothing listening yet. */
  static ServerWorld in(Path folder) throws Exception {
    return in(folder, 64 << 20, UnaryOperator.identity(), UnaryOperator.identity());
  }

  static ServerWorld in(
      Path folder,
      long bodyMemory,
      UnaryOperator<SpoolSettings> spooling,
      UnaryOperator<MessageSpool> wrapping)
      throws Exception {
    return new ServerWorld(folder, bodyMemory, spooling, wrapping);
  }

  /** Listens with the default policy. */
  ServerWorld listening(ListenerSettings... listeners) throws IOException {
    return listening(policy(LIMITS, 100), listeners);
  }

  ServerWorld listening(ServerPolicy policy, ListenerSettings... listeners) throws IOException {
    server.apply(policy, Arrays.asList(listeners), () -> {});
    return this;
  }

  ListenerSettings starttls(ClientCertificateMode mode) {
    return listener("mx", ListenerTls.STARTTLS, mode);
  }

  ListenerSettings implicit(ClientCertificateMode mode) {
    return listener("smtps", ListenerTls.IMPLICIT, mode);
  }

  ListenerSettings plain() {
    return listener("plain", ListenerTls.NONE, ClientCertificateMode.NONE);
  }

  ListenerSettings listener(String name, ListenerTls tls, ClientCertificateMode mode) {
    return new ListenerSettings(
        name,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        tls,
        tls == ListenerTls.NONE ? Optional.empty() : Optional.of(MAIL),
        mode,
        clientTrust);
  }

  static ServerPolicy policy(SessionLimits limits, int maxSessions) {
    return new ServerPolicy(
        DnsName.of("mail.contoso.example"),
        limits,
        new ConnectorRelayAuthorizer(
            List.of(DomainPattern.of("contoso.example")), List.of(cloudConnector())),
        maxSessions);
  }

  InetSocketAddress mx() {
    return address("mx");
  }

  InetSocketAddress address(String listener) {
    return Objects.requireNonNull(server.addresses().get(listener));
  }

  /** The next generation of the server's certificate goes live. */
  void publish(HeldCertificate... held) throws Exception {
    certificates.publish(
        List.of(
            new Generation(
                MAIL, ++generations, Instant.EPOCH, "test", "a test wanted it", List.of(held))));
  }

  TrustRoots rootsOfClients() throws IOException {
    return new TrustRootsReader(name -> List.of()).read(List.of(clientTrust));
  }

  /** The contents of every message that was taken, oldest first; each is given once. */
  List<String> taken() throws SpoolException, IOException {
    List<String> contents = new ArrayList<>();
    for (LeasedMessage message : leased()) {
      contents.add(contentOf(message));
    }
    return contents;
  }

  List<LeasedMessage> leased() throws SpoolException {
    return spool.lease(CLOCK.instant().plusSeconds(60), 1_000);
  }

  String contentOf(LeasedMessage message) throws SpoolException, IOException {
    try (InputStream in = spool.open(message.body())) {
      return new String(in.readAllBytes(), ISO_8859_1);
    }
  }

  /** As when the agent stops and a session is still there. */
  void stopWorkers() {
    workers.shutdown();
  }

  @Override
  public void close() {
    server.close();
    transport.close();
    workers.shutdown();
    spool.close();
  }

  private static InboundConnector cloudConnector() {
    return new InboundConnector(
        "cloud",
        ConnectorType.ON_PREMISES,
        true,
        Optional.of(ReferenceIdentity.of("mail.cloud.example")),
        false,
        List.of(),
        List.of(),
        List.of(DomainPattern.of("*")),
        false,
        false,
        true);
  }
}
