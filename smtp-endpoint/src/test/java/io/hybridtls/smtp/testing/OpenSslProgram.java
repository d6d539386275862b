package io.hybridtls.smtp.testing;

import io.hybridtls.certstore.testing.PeerProgram;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code openssl} at one end of a handshake; what it prints tells what it saw at the other. */
public final class OpenSslProgram implements AutoCloseable {

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private final Process process;
  private final BufferedReader output;

  private OpenSslProgram(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.US_ASCII);
  }

  /** The leaf that the server on {@code port} shows to {@code s_client} with {@code options}. */
  public static X509Certificate shownBy(int port, String options) throws IOException {
    try (OpenSslProgram client = start("s_client -connect 127.0.0.1:" + port + " " + options)) {
      return client.certificate();
    }
  }

  /**
   * A server that demands a certificate, takes any, and names {@code hints} as the issuers that it
   * wishes.
   *
   * @param identity a file with its key and chain
   */
  public static OpenSslProgram server(Path identity, Path hints, String options)
      throws IOException {
    return start(
        "s_server -accept 127.0.0.1:0 -naccept 1 -Verify 3 -cert %s -key %s -CAfile %s %s"
            .formatted(identity, identity, hints, options));
  }

  /** Where this server listens. */
  public int port() throws IOException {
    String line = lineWith("ACCEPT ");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  /** What the client of this server presented. */
  public X509Certificate clientCertificate() throws IOException {
    lineWith("Client certificate");
    return certificate();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static OpenSslProgram start(String arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(PeerProgram.require("openssl").toString());
    Stream.of(arguments.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    OpenSslProgram program = new OpenSslProgram(process);
    var unused =
        process
            .onExit()
            .orTimeout(20, TimeUnit.SECONDS)
            .whenComplete((ended, late) -> program.close());
    return program;
  }

  private X509Certificate certificate() throws IOException {
    StringBuilder pem = new StringBuilder(lineWith(BEGIN)).append('\n');
    String line = "";
    while (!line.equals(END)) {
      line = nextLine(END);
      pem.append(line).append('\n');
    }
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.toString().getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw new IOException(e);
    }
  }

  private String lineWith(String start) throws IOException {
    String line = nextLine(start);
    while (!line.startsWith(start)) {
      line = nextLine(start);
    }
    return line;
  }

  private String nextLine(String awaited) throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("openssl ended before it printed: " + awaited);
    }
    return line;
  }
}
