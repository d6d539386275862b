package io.hybridtls.agent.activation;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Notes which certificate a server presents. It trusts every one, since nothing is ever sent over
 * the connection: what was presented is compared with the one that should have been.
 */
final class PresentedLeaf extends X509ExtendedTrustManager {

  private volatile @Nullable X509Certificate leaf;

  Optional<X509Certificate> get() {
    return Optional.ofNullable(leaf);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange) {
    leaf = chain[0];
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket) {
    leaf = chain[0];
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) {
    leaf = chain[0];
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
