package io.hybridtls.smtp.testing;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The JDK's TLS as a client: trusts one CA, may present a certificate, resumes sessions when the
 * server lets it, and counts the handshakes in which it did not. Safe for any thread.
 */
public final class TlsClient {

  private static final char[] PASSWORD = "test".toCharArray();

  private final SSLContext context;
  private final FirstMeeting meeting;
  private final String[] protocols;

  private TlsClient(SSLContext context, FirstMeeting meeting, String... protocols) {
    this.context = context;
    this.meeting = meeting;
    this.protocols = protocols;
  }

  /** Trusts {@code ca}, presents nothing. */
  public static TlsClient trusting(TestCa ca) {
    return of(ca, Optional.empty());
  }

  /** Trusts {@code ca}, presents {@code identity} whatever the server's hints are. */
  public static TlsClient presenting(HeldCertificate identity, TestCa ca) {
    return of(ca, Optional.of(identity));
  }

  /** The same client, sessions included, with these protocols alone, such as {@code TLSv1.2}. */
  public TlsClient speaking(String... only) {
    return new TlsClient(context, meeting, only);
  }

  /** Handshakes so far in which the server had to show its certificate. */
  public int fullHandshakes() {
    return meeting.count.get();
  }

  /** Shakes hands over {@code socket}, as a client of {@code host}. */
  SSLSocket secure(Socket socket, String host) throws IOException {
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    secured.setEnabledProtocols(protocols);
    secured.startHandshake();
    return secured;
  }

  private static TlsClient of(TestCa ca, Optional<HeldCertificate> identity) {
    try {
      FirstMeeting meeting = new FirstMeeting(ca);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity.isPresent() ? keyManagers(identity.get()) : new KeyManager[0],
          new TrustManager[] {meeting},
          null);
      return new TlsClient(context, meeting, "TLSv1.3", "TLSv1.2");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager[] keyManagers(HeldCertificate identity)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "identity", identity.key(), PASSWORD, identity.chain().toArray(X509Certificate[]::new));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, PASSWORD);
    return factory.getKeyManagers();
  }

  /** Is asked only when the server shows its certificate, which a resumed session leaves out. */
  private static final class FirstMeeting extends X509ExtendedTrustManager {

    private final AtomicInteger count = new AtomicInteger();
    private final TestCa ca;

    FirstMeeting(TestCa ca) {
      this.ca = ca;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      count.incrementAndGet();
      try {
        chain[0].verify(ca.issuing().getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new CertificateException("not of the CA that is trusted", e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
