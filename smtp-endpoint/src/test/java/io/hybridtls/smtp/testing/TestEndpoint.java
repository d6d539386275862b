package io.hybridtls.smtp.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.inbound.InboundConnector.ConnectorType;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.MessageSpools;
import io.hybridtls.smtp.spool.RetrySchedule;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.RevokedCertificate;
import io.hybridtls.smtp.tls.TrustRootsReader;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A whole endpoint on loopback: one listener, with STARTTLS unless told otherwise, that asks for
 * client certificates, a real spool, and a certificate of its own that it presents in both roles.
 * It takes mail for contoso.example from everybody until a test says otherwise. Used by one thread.
 */
public final class TestEndpoint implements AutoCloseable {

  /** The only certificate, good for both roles. */
  public static final CertificateId MAIL = CertificateId.of("mail");

  private static final String LISTENER = "mx";

  private final Path folder;
  private final DnsName hostname;
  private final LiveCertificateRegistry certificates = LiveCertificateRegistry.empty();
  private final List<InboundConnector> inbound = new ArrayList<>();
  private final List<OutboundConnector> outbound = new ArrayList<>();
  private final Set<X509Certificate> localRoots = ConcurrentHashMap.newKeySet();
  private final Set<RevokedCertificate> revoked = ConcurrentHashMap.newKeySet();
  private TrustSource clientTrust = TrustSource.systemRoots();
  private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private ListenerTls tls = ListenerTls.STARTTLS;
  private Optional<SmtpEndpoint> running = Optional.empty();
  private long generations;

  /** Nothing is opened yet; {@code certificate} is live from the start. */
  public TestEndpoint(Path folder, String hostname, HeldCertificate certificate) {
    this.folder = folder;
    this.hostname = DnsName.of(hostname);
    publish(certificate);
  }

  /** Believes client certificates of {@code ca}. */
  public TestEndpoint trustingClientsOf(TestCa ca) {
    clientTrust = trust("clients.pem", ca);
    return this;
  }

  /** Believes client certificates of {@code ca}, as one of the agent's own. */
  public TestEndpoint trustingClientsOfOurOwn(TestCa ca) {
    localRoots.add(ca.root());
    clientTrust = new TrustSource.LocalIssuer("internal");
    return this;
  }

  /** Its own CA has revoked {@code certificate}, and says so. */
  public void revoke(X509Certificate certificate) {
    revoked.add(
        new RevokedCertificate(
            certificate.getIssuerX500Principal(), certificate.getSerialNumber()));
    endpoint().renewTrust();
  }

  /** Its own CA has another root, and says so. */
  public void succeedRoot(TestCa by) {
    localRoots.add(by.root());
    endpoint().renewTrust();
  }

  /** Listens there from the next start or change on; port 0 takes a free one. */
  public TestEndpoint listeningOn(InetSocketAddress address) {
    listen = address;
    return this;
  }

  /** Has TLS begin with the first byte, from the next start or change on. */
  public TestEndpoint withImplicitTls() {
    tls = ListenerTls.IMPLICIT;
    return this;
  }

  /** Lets mail to anywhere pass from the client whose certificate carries {@code name}. */
  public TestEndpoint relayingFor(String name) {
    inbound.add(
        new InboundConnector(
            name,
            ConnectorType.ON_PREMISES,
            true,
            Optional.of(ReferenceIdentity.of(name)),
            false,
            List.of(),
            List.of(),
            List.of(DomainPattern.of("*")),
            false,
            false,
            false));
    return this;
  }

  /**
   * Sends everything to {@code next} from now on, over TLS in which both sides prove themselves:
   * the peer must carry {@code name} in a certificate of {@code ca}.
   */
  public TestEndpoint sendingTo(InetSocketAddress next, String name, TestCa ca) {
    outbound.clear();
    outbound.add(
        new OutboundConnector(
            "next",
            List.of(DomainPattern.of("*")),
            List.of(new SmartHost(next.getAddress().getHostAddress(), next.getPort())),
            new TlsRequirement.DomainValidation(ReferenceIdentity.of(name)),
            Optional.of(MAIL),
            trust("next.pem", ca),
            2));
    return this;
  }

  /** Opens and starts it. */
  public TestEndpoint start() throws IOException {
    SmtpEndpoint endpoint =
        SmtpEndpoint.open(
            settings(),
            spoolFolder(),
            certificates,
            new TrustRootsReader(issuer -> List.copyOf(localRoots), () -> Set.copyOf(revoked)),
            InstantSource.system(),
            new SecureRandom());
    running = Optional.of(endpoint);
    endpoint.start();
    return this;
  }

  /** Has it go on with what was set since. */
  public void apply() throws IOException {
    endpoint().apply(settings());
  }

  /** The next generation of its certificate goes live. */
  public void publish(HeldCertificate... held) {
    try {
      certificates.publish(
          List.of(
              new Generation(
                  MAIL, ++generations, Instant.EPOCH, "test", "a test wanted it", List.of(held))));
    } catch (SwapRejectedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The endpoint itself. */
  public SmtpEndpoint endpoint() {
    return running.orElseThrow();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return endpoint().listeners().get(0).address();
  }

  /** Stops it, and gives the content of every message that it still holds. */
  public List<String> stopAndRead() throws IOException, SpoolException {
    close();
    List<String> contents = new ArrayList<>();
    try (MessageSpool spool =
        MessageSpools.sqlite(
            SpoolSettings.of(spoolFolder(), hostname),
            InstantSource.system(),
            new SecureRandom())) {
      Instant muchLater = InstantSource.system().instant().plus(Duration.ofDays(1));
      for (LeasedMessage message : spool.lease(muchLater, 1_000)) {
        try (InputStream in = spool.open(message.body())) {
          contents.add(new String(in.readAllBytes(), ISO_8859_1));
        }
      }
    }
    return contents;
  }

  /** Drains and closes it, if it runs. */
  @Override
  public void close() {
    running.ifPresent(SmtpEndpoint::close);
    running = Optional.empty();
  }

  private Path spoolFolder() {
    return folder.resolve(hostname.value());
  }

  private TrustSource trust(String file, TestCa ca) {
    return new TrustSource.CaFile(ca.writeRoot(folder.resolve(hostname.value() + "-" + file)));
  }

  private EndpointSettings settings() {
    return new EndpointSettings(
        hostname,
        List.of(DomainPattern.of("contoso.example")),
        new SessionLimits(8 << 20, 100, 20, 30, Duration.ofMinutes(5), Duration.ofMinutes(3)),
        100,
        16L << 20,
        Duration.ofSeconds(5),
        new EndpointSettings.Queue(
            new RetrySchedule(List.of(Duration.ofHours(1)), Duration.ofDays(2)), 16L << 20),
        new EndpointSettings.OutboundTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10)),
        List.of(
            new ListenerSettings(
                LISTENER,
                listen,
                tls,
                Optional.of(MAIL),
                ClientCertificateMode.REQUESTED,
                clientTrust)),
        inbound,
        outbound);
  }
}
