package io.hybridtls.smtp.client;

import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.hybridtls.smtp.tls.LiveTlsContexts;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.hybridtls.smtp.tls.TlsContexts;
import io.hybridtls.smtp.tls.TlsUses;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Contexts of the certificate that a test issues, and trust in the CAs it names. */
final class TestTls implements PeerVerifier {

  private static final char[] PASSWORD = "test".toCharArray();

  private final LiveCertificateRegistry issued = LiveCertificateRegistry.empty();
  private final Map<TrustSource, TestCa> trusted = new ConcurrentHashMap<>();
  private final LiveTlsContexts contexts;

  /** Nothing is issued yet; {@code client} may be. */
  TestTls(CertificateId client) {
    try {
      contexts = LiveTlsContexts.follow(issued, new TlsUses(Set.of(), Set.of(client)));
    } catch (SwapRejectedException e) {
      throw new IllegalStateException(e);
    }
  }

  TlsContexts contexts() {
    return contexts;
  }

  /** Puts a generation of {@code id} into use. */
  void issue(CertificateId id, int generation, HeldCertificate certificate)
      throws SwapRejectedException {
    issued.publish(
        List.of(
            new Generation(
                id, generation, Instant.EPOCH, "test", "a test wanted it", certificate)));
  }

  /** A source of trust that has the root of {@code ca} and no other. */
  TrustSource trust(String name, TestCa ca) {
    TrustSource source = new TrustSource.LocalIssuer(name);
    trusted.put(source, ca);
    return source;
  }

  /** What a server needs to present {@code certificate} and to trust clients of {@code ca}. */
  static SSLContext server(HeldCertificate certificate, TestCa ca)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server", certificate.key(), PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, PASSWORD);
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", ca.root());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @Override
  public CompletionStage<PeerIdentity> verify(
      List<X509Certificate> chain, TrustSource trust, CertificateRole role) {
    return CompletableFuture.supplyAsync(() -> judge(chain, trust));
  }

  private PeerIdentity judge(List<X509Certificate> chain, TrustSource trust) {
    if (chain.isEmpty()) {
      return PeerIdentity.anonymous();
    }
    X509Certificate leaf = chain.get(0);
    String subject = leaf.getSubjectX500Principal().getName();
    TestCa ca = trusted.get(trust);
    if (ca == null) {
      return new PeerIdentity.Unverified(subject, "nothing is trusted");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca.root(), null)));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    } catch (GeneralSecurityException e) {
      return new PeerIdentity.Unverified(subject, "no path to a trusted root");
    }
    return new PeerIdentity.Verified(
        subject, HeldCertificate.namesOf(leaf), HeldCertificate.permittedRoles(leaf));
  }
}
