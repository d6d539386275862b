package io.hybridtls.agent.testing;

import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * Another ACME CA than Pebble, made for private networks: step-ca, on a free loopback port. Its
 * certificates are valid for a day. Guard the test with {@code @RequiresPeer("step-ca")}.
 */
public final class StepCaPeer implements AutoCloseable {

  private static final Duration READY = Duration.ofSeconds(30);

  private final Path folder;
  private final int port;
  private final TestCa ca;
  private final Process process;

  private StepCaPeer(Path folder, int port, TestCa ca, Process process) {
    this.folder = folder;
    this.port = port;
    this.ca = ca;
    this.process = process;
  }

  /**
   * Starts the CA and waits until it listens.
   *
   * @param folder for its configuration, database and log
   * @param resolver the name server that it asks
   * @param httpPort where it looks for http-01 answers
   * @param tlsPort where it looks for tls-alpn-01 answers
   */
  public static StepCaPeer start(
      Path folder, InetSocketAddress resolver, int httpPort, int tlsPort) {
    TestCa ca = TestCa.named("step-ca");
    int port = PebblePeer.freePort();
    ca.writeRoot(folder.resolve("root.pem"));
    TestCa.writePem(folder.resolve("issuing.pem"), List.of(ca.issuing()));
    ca.writeIssuingKey(folder.resolve("issuing.key"));
    try {
      Path config = Files.writeString(folder.resolve("ca.json"), config(folder, port));
      Process process =
          new ProcessBuilder(
                  PeerProgram.require("step-ca").toString(),
                  config.toString(),
                  "--resolver",
                  "127.0.0.1:" + resolver.getPort(),
                  "--acme-http-port",
                  Integer.toString(httpPort),
                  "--acme-tls-port",
                  Integer.toString(tlsPort),
                  "--insecure")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("step-ca.log").toFile())
              .start();
      StepCaPeer peer = new StepCaPeer(folder, port, ca, process);
      await("step-ca: " + folder).atMost(READY).until(peer::listens);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI directory() {
    return URI.create("https://localhost:" + port + "/acme/acme/directory");
  }

  /** PEM with the root that the CA's own HTTPS certificate and the issued ones lead to. */
  public Path rootFile() {
    return folder.resolve("root.pem");
  }

  public X509Certificate root() {
    return ca.root();
  }

  @Override
  public void close() {
    PeerProgram.end(process);
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("step-ca ended at its start; see step-ca.log in " + folder);
    }
    return Files.readString(folder.resolve("step-ca.log")).contains("Serving HTTPS");
  }

  private static String config(Path folder, int port) {
    return """
    {
      "root": "%1$s/root.pem", "crt": "%1$s/issuing.pem", "key": "%1$s/issuing.key",
      "address": "127.0.0.1:%2$d", "dnsNames": ["localhost"],
      "db": { "type": "badgerv2", "dataSource": "%1$s/db" },
      "authority": { "provisioners": [ { "type": "ACME", "name": "acme" } ] }
    }
    """
        .formatted(folder, port);
  }
}
