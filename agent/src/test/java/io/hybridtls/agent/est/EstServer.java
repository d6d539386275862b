package io.hybridtls.agent.est;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.hybridtls.agent.testing.Authority;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * An EST server (RFC 7030) on a free loopback port, by the JDK's HTTPS server: a root, an issuing
 * CA and whatever a test puts in the way.
 */
final class EstServer implements AutoCloseable {

  private static final char[] IN_MEMORY = "in memory only".toCharArray();
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  final Authority root = Authority.root("Contoso Root");
  final Authority issuing = root.sub("Contoso Issuing");

  /** What each request was: its path, and how the client had shown who it is. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Subjects of the requests that were signed. */
  final List<String> subjects = new CopyOnWriteArrayList<>();

  private final HttpsServer server;
  private final TestCa transport = TestCa.named("Transport");
  private final Map<String, Answer> scripted = new ConcurrentHashMap<>();
  private Optional<String> basic = Optional.empty();

  /** What is answered in place of a certificate. */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer of(int status, Map<String, String> headers) {
      return new Answer(status, headers, "");
    }
  }

  EstServer() {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new AskingForCertificates(context()));
      server.createContext("/.well-known/est/", this::handle);
      server.start();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  TestCa transport() {
    return transport;
  }

  /** Wants HTTP Basic authentication for enrolments. */
  void require(String user, String password) {
    String both = user + ":" + password;
    basic =
        Optional.of(
            "Basic "
                + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Answers {@code operation} so from now on. */
  void script(String operation, Answer answer) {
    scripted.put(operation, answer);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/.well-known/est/".length());
    String operation = path.substring(path.lastIndexOf('/') + 1);
    requests.add(path + presented((HttpsExchange) exchange).map(s -> " by " + s).orElse(""));
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer answer;
    try {
      answer = Optional.ofNullable(scripted.get(operation)).orElse(null);
      if (answer == null) {
        answer = operation.equals("cacerts") ? cacerts() : enroll(exchange, body);
      }
    } catch (GeneralSecurityException | CMSException e) {
      throw new IllegalStateException(e);
    }
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] octets = answer.body().getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(answer.status(), octets.length == 0 ? -1 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private Answer cacerts() throws GeneralSecurityException, CMSException, IOException {
    return certificates(List.of(root.certificate(), issuing.certificate()));
  }

  private Answer enroll(HttpExchange exchange, byte[] body)
      throws GeneralSecurityException, CMSException, IOException {
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (basic.isPresent() && !basic.get().equals(shown)) {
      return Answer.of(UNAUTHORIZED, Map.of("WWW-Authenticate", "Basic realm=\"est\""));
    }
    JcaPKCS10CertificationRequest csr =
        new JcaPKCS10CertificationRequest(Base64.getMimeDecoder().decode(body));
    String host =
        IETFUtils.valueToString(csr.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue());
    subjects.add(csr.getSubject().toString());
    return certificates(List.of(issuing.leaf(host, csr.getPublicKey())));
  }

  /** A certs-only message (RFC 5751, section 3.7) in Base64. */
  static Answer certificates(List<X509Certificate> certificates)
      throws GeneralSecurityException, CMSException, IOException {
    CMSSignedDataGenerator message = new CMSSignedDataGenerator();
    message.addCertificates(new JcaCertStore(certificates));
    byte[] der = message.generate(new CMSAbsentContent()).getEncoded();
    return new Answer(
        OK,
        Map.of(
            "Content-Type",
            "application/pkcs7-mime; smime-type=certs-only",
            "Content-Transfer-Encoding",
            "base64"),
        Base64.getMimeEncoder().encodeToString(der));
  }

  private static Optional<String> presented(HttpsExchange exchange) {
    try {
      Certificate[] chain = exchange.getSSLSession().getPeerCertificates();
      return Optional.of(HeldCertificate.serialOf((X509Certificate) chain[0]));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  private SSLContext context() throws GeneralSecurityException, IOException {
    HeldCertificate own = transport.issue("localhost");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("own", own.key(), IN_MEMORY, own.chain().toArray(Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, IN_MEMORY);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
    return context;
  }

  private static final class AskingForCertificates extends HttpsConfigurator {
    AskingForCertificates(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {
      SSLParameters own = getSSLContext().getDefaultSSLParameters();
      own.setWantClientAuth(true);
      parameters.setSSLParameters(own);
    }
  }

  /** Clients' certificates are from another time than the test runs at. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
