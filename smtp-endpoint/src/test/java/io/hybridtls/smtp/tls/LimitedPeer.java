package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.net.Socket;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's TLS as a peer that verifies whatever it is shown, if its algorithms allow. */
final class LimitedPeer {

  private static final char[] PASSWORD = "test".toCharArray();

  private final SSLEngine engine;

  private LimitedPeer(SSLEngine engine) {
    this.engine = engine;
  }

  static LimitedPeer client() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new DeferredTrust()}, null);
    return new LimitedPeer(context.createSSLEngine());
  }

  /** A server that demands a certificate, of {@code hint} if it may wish. */
  static LimitedPeer server(HeldCertificate certificate, X509Certificate hint)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server", certificate.key(), PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), new TrustManager[] {new Hinting(hint)}, null);
    SSLEngine engine = context.createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    return new LimitedPeer(engine);
  }

  LimitedPeer speaking(String protocol) {
    engine.setEnabledProtocols(new String[] {protocol});
    return this;
  }

  LimitedPeer withCipherSuites(String... suites) {
    engine.setEnabledCipherSuites(suites);
    return this;
  }

  /** Does without each algorithm (a signature such as SHA256withECDSA) that {@code refused} is. */
  LimitedPeer without(Predicate<String> refused) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setAlgorithmConstraints(new Refusal(refused));
    engine.setSSLParameters(parameters);
    return this;
  }

  /** What {@code server} shows this client. */
  X509Certificate meetServer(SSLEngine server) throws SSLException {
    SelfCheck.prove(engine, server, () -> {});
    return leaf();
  }

  /** What {@code client} presents to this server. */
  X509Certificate meetClient(SSLEngine client) throws SSLException {
    SelfCheck.prove(client, engine, () -> {});
    return leaf();
  }

  private X509Certificate leaf() throws SSLException {
    return (X509Certificate) engine.getSession().getPeerCertificates()[0];
  }

  /** Names a CA whose certificates it would like, and takes all. */
  private static final class Hinting extends X509ExtendedTrustManager {
    private final X509Certificate hint;

    Hinting(X509Certificate hint) {
      this.hint = hint;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[] {hint};
    }
  }

  private record Refusal(Predicate<String> refused) implements AlgorithmConstraints {

    @Override
    public boolean permits(
        Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
      return !refused.test(algorithm);
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
      return true;
    }

    @Override
    public boolean permits(
        Set<CryptoPrimitive> primitives,
        String algorithm,
        Key key,
        AlgorithmParameters parameters) {
      return !refused.test(algorithm);
    }
  }
}
