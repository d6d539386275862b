package io.hybridtls.agent.est;

import io.hybridtls.agent.testing.Authority;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.TestCa;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
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

  private static final int MAX_REQUEST = 1 << 16;
  private static final String PREFIX = "/.well-known/est/";
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;

  final Authority root = Authority.root("Contoso Root");
  final Authority issuing = root.sub("Contoso Issuing");

  /** What each request was: its path, and how the client had shown who it is. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Subjects of the requests that were signed. */
  final List<String> subjects = new CopyOnWriteArrayList<>();

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;
  private final TestCa transport = TestCa.named("Transport");
  private final Map<String, Answer> scripted = new ConcurrentHashMap<>();
  private Optional<String> basic = Optional.empty();
  private Optional<DigestAuthentication> digest = Optional.empty();

  /** What is answered in place of a certificate. */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer of(int status, Map<String, String> headers) {
      return new Answer(status, headers, "");
    }
  }

  EstServer() {
    SslContext tls = context();
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast(tls.newHandler(connection.alloc()))
                        .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST))
                        .addLast(new Handler());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  URI uri() {
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    return URI.create("https://localhost:" + port);
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

  /** Wants HTTP Digest authentication for enrolments. */
  void requireDigest(DigestAuthentication wanted) {
    digest = Optional.of(wanted);
  }

  /** Answers {@code operation} so from now on. */
  void script(String operation, Answer answer) {
    scripted.put(operation, answer);
  }

  @Override
  public void close() {
    if (!group.isShuttingDown()) {
      channel.close().syncUninterruptibly();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private Answer answer(String path, FullHttpRequest request) {
    String operation = path.substring(path.lastIndexOf('/') + 1);
    Answer instead = scripted.get(operation);
    try {
      if (instead != null) {
        return instead;
      }
      return operation.equals("cacerts") ? cacerts() : enroll(request);
    } catch (GeneralSecurityException | CMSException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer cacerts() throws GeneralSecurityException, CMSException, IOException {
    return certificates(List.of(root.certificate(), issuing.certificate()));
  }

  private Answer enroll(FullHttpRequest request)
      throws GeneralSecurityException, CMSException, IOException {
    String shown = request.headers().get("Authorization");
    if (digest.isPresent() && !digest.get().isShownBy(shown, request)) {
      return new Answer(
          UNAUTHORIZED, Map.of("WWW-Authenticate", digest.get().challenge()), "Who are you?");
    }
    if (basic.isPresent() && !basic.get().equals(shown)) {
      return Answer.of(UNAUTHORIZED, Map.of("WWW-Authenticate", "Basic realm=\"est\""));
    }
    JcaPKCS10CertificationRequest csr =
        new JcaPKCS10CertificationRequest(
            Base64.getMimeDecoder().decode(request.content().toString(StandardCharsets.US_ASCII)));
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

  private static Optional<String> presented(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    try {
      X509Certificate leaf = (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
      return Optional.of(HeldCertificate.serialOf(leaf));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** Clients' certificates are from another time than the test runs at, so any is taken. */
  private SslContext context() {
    HeldCertificate own = transport.issue("localhost");
    try {
      return SslContextBuilder.forServer(own.key(), own.chain())
          .clientAuth(ClientAuth.OPTIONAL)
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FullHttpResponse response(Answer answer) {
    byte[] body = answer.body().getBytes(StandardCharsets.US_ASCII);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(body));
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    response.headers().set("Connection", "close").setInt("Content-Length", body.length);
    return response;
  }

  private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      String path = request.uri().substring(PREFIX.length());
      requests.add(path + presented(context).map(serial -> " by " + serial).orElse(""));
      var unused =
          context
              .writeAndFlush(response(answer(path, request)))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }
}
