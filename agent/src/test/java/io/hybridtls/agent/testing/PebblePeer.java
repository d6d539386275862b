package io.hybridtls.agent.testing;

import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.TestCa;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A real ACME CA with a DNS server of its own, both on free loopback ports: Pebble, strict, which
 * refuses every fifth nonce and looks for http-01 answers on a port of the test's choice. Every
 * name resolves to 127.0.0.1. Guard the test with {@code @RequiresPeer({"pebble",
 * "pebble-challtestsrv"})}, or with both names followed by {@code -newest}.
 */
public final class PebblePeer implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(30);

  private final Path folder;
  private final PebbleOptions options;
  private final int directoryPort;
  private final int managementPort;
  private final HttpClient client;
  private final List<Process> processes = new ArrayList<>();

  private PebblePeer(
      Path folder,
      PebbleOptions options,
      int directoryPort,
      int managementPort,
      HttpClient client) {
    this.folder = folder;
    this.options = options;
    this.directoryPort = directoryPort;
    this.managementPort = managementPort;
    this.client = client;
  }

  /**
   * Starts both programs and waits until they answer.
   *
   * @param folder for their configuration and logs
   * @param httpPort where Pebble looks for http-01 answers
   */
  public static PebblePeer start(Path folder, int httpPort) {
    return start(folder, PebbleOptions.http(httpPort));
  }

  /**
   * Starts the programs and waits until they answer.
   *
   * @param folder for their configuration and logs
   */
  public static PebblePeer start(Path folder, PebbleOptions options) {
    try {
      TestCa ca = TestCa.named("Pebble HTTPS");
      HeldCertificate server = ca.issue("localhost");
      TestCa.writePem(folder.resolve("server.pem"), server.chain());
      PemObject key = new PemObject("PRIVATE KEY", server.key().getEncoded()); // PKCS #8
      TestCa.writePem(folder.resolve("server.key"), List.of(key));
      ca.writeRoot(folder.resolve("https-root.pem"));
      PebblePeer peer =
          new PebblePeer(folder, options, freePort(), freePort(), trusting(ca.root()));
      try {
        peer.run();
        return peer;
      } catch (IOException | RuntimeException | Error e) {
        peer.close();
        throw e;
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("Pebble could not be started", e);
    }
  }

  public URI directory() {
    return URI.create("https://localhost:" + directoryPort + "/dir");
  }

  /** PEM with the root that Pebble's own HTTPS certificate leads to. */
  public Path httpsRoot() {
    return folder.resolve("https-root.pem");
  }

  /** The root that the issued certificates lead to. */
  public X509Certificate issuedRoot() {
    return certificate("/roots/0");
  }

  /** The root of the alternate chain; Pebble must have been told to have one. */
  public X509Certificate alternateRoot() {
    return certificate("/roots/1");
  }

  /** The intermediate that signs the issued certificates. */
  public X509Certificate issuedIntermediate() {
    return certificate("/intermediates/0");
  }

  /** Pebble's log so far. */
  public String log() {
    try {
      return Files.readString(folder.resolve(options.program() + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(PeerProgram::end);
  }

  private void run() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("pebble.json"), options.config(folder, directoryPort, managementPort));
    InetSocketAddress dns = options.resolver().isPresent() ? options.resolver().get() : runDns();
    launch(
        options.environment(),
        List.of(
            PeerProgram.require(options.program()).toString(),
            "-config",
            config.toString(),
            "-dnsserver",
            "127.0.0.1:" + dns.getPort(),
            "-strict"));
    await("Pebble: " + folder)
        .atMost(READY)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(this::answers);
  }

  private InetSocketAddress runDns() throws IOException {
    int dnsPort = freePort();
    int dnsManagementPort = freePort();
    List<String> command = new ArrayList<>();
    command.add(PeerProgram.require(options.dnsProgram()).toString());
    command.addAll(options.dnsAt("127.0.0.1:" + dnsPort));
    command.addAll(List.of("-management", "127.0.0.1:" + dnsManagementPort));
    command.addAll(List.of("-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""));
    command.addAll(List.of("-http01", "", "-https01", "", "-tlsalpn01", ""));
    launch(Map.of(), command);
    await("challtestsrv").atMost(READY).until(() -> !bindable(dnsManagementPort));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), dnsPort);
  }

  private void launch(Map<String, String> environment, List<String> command) throws IOException {
    Path log = folder.resolve(Path.of(command.get(0)).getFileName() + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    processes.add(builder.start());
  }

  private boolean answers() throws IOException, InterruptedException {
    processes.stream()
        .filter(process -> !process.isAlive())
        .findFirst()
        .ifPresent(
            ended -> {
              throw new AssertionError("a peer ended at its start; see the logs in " + folder);
            });
    HttpRequest request = HttpRequest.newBuilder(directory()).build();
    return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  /** Posts {@code json} to a path of the management interface. */
  public int manage(String path, String json) {
    URI uri = URI.create("https://localhost:" + managementPort + path);
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(json)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("Pebble did not take " + uri, e);
    }
  }

  private X509Certificate certificate(String path) {
    URI uri = URI.create("https://localhost:" + managementPort + path);
    try {
      byte[] pem =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body();
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem));
    } catch (IOException | InterruptedException | GeneralSecurityException e) {
      throw new IllegalStateException("Pebble did not tell " + uri, e);
    }
  }

  private static HttpClient trusting(X509Certificate root)
      throws GeneralSecurityException, IOException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    roots.setCertificateEntry("root", root);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  /** A port that is free for TCP and for UDP, since DNS uses both. */
  public static int freePort() {
    int port;
    do {
      try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = tcp.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } while (!freeForUdp(port));
    return port;
  }

  private static boolean freeForUdp(int port) {
    try (DatagramSocket udp =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      return udp.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean bindable(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
