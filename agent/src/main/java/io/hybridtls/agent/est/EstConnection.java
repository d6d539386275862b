package io.hybridtls.agent.est;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.jcajce.JsseDefaultHostnameAuthorizer;
import org.jspecify.annotations.Nullable;

/** How one conversation reaches the server, and shows who we are; closed when it ends. */
final class EstConnection implements AutoCloseable {

  /** Of one read, and of everything together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONVERSATION = Duration.ofMinutes(5);
  private static final long MAX_ANSWER = 1024 * 1024;
  private static final int HTTPS = 443;
  private static final char[] IN_MEMORY = "in memory only".toCharArray();

  private final ESTService service;
  private final AttentiveService builder;
  private final TimedSockets sockets;
  private final @Nullable ESTAuth authentication;

  /**
   * @param presented the certificate with which we answer when the server asks for one
   */
  EstConnection(
      EstSettings settings,
      Optional<HeldCertificate> presented,
      EstFailures failures,
      InstantSource clock,
      SecureRandom random)
      throws IssuanceException {
    this.authentication = authentication(settings, failures, random);
    this.sockets =
        new TimedSockets(tls(settings, presented, failures, random), CONVERSATION, TIMEOUT, clock);
    this.builder = builder(settings, sockets, clock);
    this.service = builder.build();
  }

  /** Whatever of it is still open. */
  @Override
  public void close() {
    sockets.close();
  }

  ESTService service() {
    return service;
  }

  /** What the server answered last. */
  AttentiveService.Latest latest() {
    return builder.latest();
  }

  /** Null, in Bouncy Castle's terms, means that the certificate must do. */
  @Nullable ESTAuth authentication() {
    return authentication;
  }

  private static AttentiveService builder(
      EstSettings settings, TimedSockets sockets, InstantSource clock) {
    int port = settings.server().getPort();
    AttentiveService builder =
        new AttentiveService(
            settings.server().getHost() + ":" + (port < 0 ? HTTPS : port), sockets, clock);
    builder
        .withHostNameAuthorizer(new JsseDefaultHostnameAuthorizer(null))
        .withTimeout((int) TIMEOUT.toMillis())
        .withReadLimit(MAX_ANSWER);
    settings.label().ifPresent(builder::withLabel);
    return builder;
  }

  private static SSLSocketFactory tls(
      EstSettings settings,
      Optional<HeldCertificate> presented,
      EstFailures failures,
      SecureRandom random)
      throws IssuanceException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          presented.isPresent() ? keyManagers(presented.get()) : new KeyManager[0],
          trust(settings.trustedCaFile()),
          random);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new IssuanceException(
          failures.misconfigured(
              "trusted-ca-file",
              settings.trustedCaFile().map(Path::toString).orElse("what Java ships")
                  + " cannot be used: "
                  + e.getMessage()),
          e);
    }
  }

  private static @Nullable ESTAuth authentication(
      EstSettings settings, EstFailures failures, SecureRandom random) throws IssuanceException {
    if (settings.credentials().isEmpty()) {
      return null;
    }
    EstCredentials credentials = settings.credentials().get();
    try {
      return new HttpAuthentication(credentials.user(), credentials.password().read(), random);
    } catch (IOException e) {
      throw new IssuanceException(
          failures.misconfigured("credentials.password", String.valueOf(e.getMessage())), e);
    }
  }

  private static TrustManager[] trust(Optional<Path> file)
      throws IOException, GeneralSecurityException {
    @Nullable KeyStore roots = file.isPresent() ? roots(file.get()) : null;
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    return trust.getTrustManagers();
  }

  private static KeyStore roots(Path file) throws IOException, GeneralSecurityException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    int number = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        roots.setCertificateEntry("root-" + number++, root);
      }
    }
    return roots;
  }

  private static KeyManager[] keyManagers(HeldCertificate held)
      throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", held.key(), IN_MEMORY, held.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, IN_MEMORY);
    return keys.getKeyManagers();
  }
}
