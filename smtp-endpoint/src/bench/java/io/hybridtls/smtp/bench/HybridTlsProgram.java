package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.smtp.endpoint.BoundListener;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.EndpointSettings.OutboundTimeouts;
import io.hybridtls.smtp.endpoint.EndpointSettings.Queue;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.RetrySchedule;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustRootsReader;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs the endpoint for {@link HybridTlsServer}: prints the two ports, then obeys its standard
 * input until that ends.
 */
final class HybridTlsProgram {

  static final String SWAP = "swap";

  private static final CertificateId CERTIFICATE = new CertificateId("mail");
  private static final long MEBIBYTE = 1L << 20;

  private final LiveCertificateRegistry certificates = LiveCertificateRegistry.empty();
  private final List<Identity> identities;
  private long generation;

  private HybridTlsProgram(List<Identity> identities) {
    this.identities = identities;
  }

  public static void main(String[] arguments) throws IOException, SwapRejectedException {
    Path folder = Path.of(arguments[0]);
    new HybridTlsProgram(World.readServerIdentities(folder))
        .run(folder, Integer.parseInt(arguments[1]));
  }

  private void run(Path folder, int sinkPort) throws IOException, SwapRejectedException {
    publishNext();
    TrustSource trust = new TrustSource.CaFile(World.trust(folder));
    TrustRootsReader roots =
        new TrustRootsReader(
            issuer -> {
              throw new IllegalArgumentException("there is no issuer " + issuer);
            });
    try (SmtpEndpoint endpoint =
        SmtpEndpoint.open(
            settings(trust, sinkPort),
            folder.resolve("hybridtls-spool"),
            certificates,
            roots,
            Clock.systemUTC(),
            new SecureRandom())) {
      endpoint.start();
      for (BoundListener listener : endpoint.listeners()) {
        System.out.println(listener.address().getPort());
      }
      obey();
    }
  }

  private void obey() throws IOException, SwapRejectedException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals(SWAP)) {
        System.out.println(publishNext().serial());
      }
    }
  }

  private HeldCertificate publishNext() throws SwapRejectedException {
    HeldCertificate next = identities.get((int) (generation % identities.size())).certificate();
    generation++;
    certificates.publish(
        List.of(
            new Generation(
                CERTIFICATE,
                generation,
                Clock.systemUTC().instant(),
                "benchmark",
                "a swap under load",
                next)));
    return next;
  }

  private static EndpointSettings settings(TrustSource trust, int sinkPort) {
    return new EndpointSettings(
        DnsName.of(World.HOSTNAME),
        List.of(
            DomainPattern.of(MailServer.ACCEPTED_DOMAIN),
            DomainPattern.of(MailServer.RELAYED_DOMAIN)),
        new SessionLimits(
            50 * MEBIBYTE, 1_000, 20, 50, Duration.ofMinutes(5), Duration.ofMinutes(3)),
        5_000,
        64 * MEBIBYTE,
        Duration.ofSeconds(20),
        new Queue(
            new RetrySchedule(List.of(Duration.ofMinutes(15)), Duration.ofDays(1)), 64 * MEBIBYTE),
        new OutboundTimeouts(
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30)),
        List.of(
            listener("anonymous", ClientCertificateMode.NONE, trust),
            listener("mutual", ClientCertificateMode.REQUIRED, trust)),
        List.of(),
        List.of(toSink(trust, sinkPort)));
  }

  private static ListenerSettings listener(
      String name, ClientCertificateMode mode, TrustSource trust) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new ListenerSettings(
        name, anyPort, ListenerTls.STARTTLS, Optional.of(CERTIFICATE), mode, trust);
  }

  private static OutboundConnector toSink(TrustSource trust, int sinkPort) {
    return new OutboundConnector(
        "sink",
        List.of(DomainPattern.of("*")),
        List.of(new SmartHost(InetAddress.getLoopbackAddress().getHostAddress(), sinkPort)),
        new TlsRequirement.DomainValidation(ReferenceIdentity.of(World.SINK_NAME)),
        Optional.of(CERTIFICATE),
        trust,
        20);
  }
}
