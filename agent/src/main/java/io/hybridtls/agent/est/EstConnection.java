package io.hybridtls.agent.est;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.jcajce.JcaHttpAuthBuilder;
import org.bouncycastle.est.jcajce.JsseDefaultHostnameAuthorizer;
import org.bouncycastle.operator.OperatorCreationException;
import org.jspecify.annotations.Nullable;

/** How one conversation reaches the server, and shows who we are. */
final class EstConnection {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long MAX_ANSWER = 1024 * 1024;
  private static final int HTTPS = 443;
  private static final char[] IN_MEMORY = "in memory only".toCharArray();

  private final ESTService service;
  private final AttentiveService builder;
  private final @Nullable ESTAuth authentication;

  /**
   * @param presented the certificate with which we answer when the server asks for one
   */
  EstConnection(
      EstSettings settings,
      Optional<HeldCertificate> presented,
      EstFailures failures,
      InstantSource clock)
      throws IssuanceException {
    this.authentication = authentication(settings, failures);
    this.builder = builder(settings, presented, failures, clock);
    this.service = builder.build();
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
      EstSettings settings,
      Optional<HeldCertificate> presented,
      EstFailures failures,
      InstantSource clock)
      throws IssuanceException {
    int port = settings.server().getPort();
    try {
      AttentiveService builder =
          new AttentiveService(
              settings.server().getHost() + ":" + (port < 0 ? HTTPS : port),
              trust(settings.trustedCaFile()),
              clock);
      builder
          .withHostNameAuthorizer(new JsseDefaultHostnameAuthorizer(null))
          .withTimeout((int) TIMEOUT.toMillis())
          .withReadLimit(MAX_ANSWER);
      if (presented.isPresent()) {
        builder.withKeyManagers(keyManagers(presented.get()));
      }
      settings.label().ifPresent(builder::withLabel);
      return builder;
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

  private static @Nullable ESTAuth authentication(EstSettings settings, EstFailures failures)
      throws IssuanceException {
    if (settings.credentials().isEmpty()) {
      return null;
    }
    EstCredentials credentials = settings.credentials().get();
    try {
      char[] password = credentials.password().read().toCharArray();
      return new JcaHttpAuthBuilder(credentials.user(), password).build();
    } catch (IOException e) {
      throw new IssuanceException(
          failures.misconfigured("credentials.password", String.valueOf(e.getMessage())), e);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("this Java runtime has no digests", e);
    }
  }

  private static X509TrustManager[] trust(Optional<Path> file)
      throws IOException, GeneralSecurityException {
    @Nullable KeyStore roots = file.isPresent() ? roots(file.get()) : null;
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    return Arrays.stream(trust.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .toArray(X509TrustManager[]::new);
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
