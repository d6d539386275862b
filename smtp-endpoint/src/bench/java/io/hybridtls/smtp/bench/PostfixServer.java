package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.testing.PeerProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A private instance of Postfix. It keeps its defaults, which make accepted mail durable, but for
 * what would hold it back here: name lookups are off, and TLS connections to the next hop are kept
 * and used again.
 */
final class PostfixServer implements MailServer {

  private static final String SERVICES =
      """
      127.0.0.1:%d inet n - n - - smtpd
      127.0.0.1:%d inet n - n - - smtpd
        -o smtpd_tls_req_ccert=yes
        -o smtpd_tls_security_level=encrypt
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      tlsmgr unix - - n 1000? 1 tlsmgr
      tlsproxy unix - - n - 0 tlsproxy
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      proxymap unix - - n - - proxymap
      smtp unix - - n - - smtp
      error unix - - n - - error
      retry unix - - n - - error
      discard unix - - n - - discard
      anvil unix - - n - 1 anvil
      scache unix - - n - 1 scache
      postlog unix-dgram n - n - 1 postlogd
      """;

  private final List<String> postfix;
  private final Cores cores;
  private final int port;
  private final int mutualPort;

  private PostfixServer(Path folder, Cores cores, int port, int mutualPort) {
    this.postfix = List.of(program().toString(), "-c", folder.toString());
    this.cores = cores;
    this.port = port;
    this.mutualPort = mutualPort;
  }

  /** Why there is nothing to compare with on this machine; empty when there is. */
  static Optional<String> whyMissing() {
    if (PeerProgram.find("postfix").isEmpty() || !Files.isDirectory(Path.of("/etc/postfix"))) {
      return Optional.of("it is not installed (apt-get install postfix)");
    }
    return "root".equals(System.getProperty("user.name"))
        ? Optional.empty()
        : Optional.of("only root can start it");
  }

  static PostfixServer start(World world, Cores cores, int sinkPort)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(world.folder().resolve("postfix"));
    int port = freePort();
    int mutualPort = freePort();
    makeDirectories(folder);
    Files.writeString(folder.resolve("main.cf"), mainCf(world, folder, sinkPort));
    Files.writeString(folder.resolve("master.cf"), SERVICES.formatted(port, mutualPort));
    PostfixServer server = new PostfixServer(folder, cores, port, mutualPort);
    server.run("start");
    return server;
  }

  @Override
  public String name() {
    return "Postfix";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int mutualPort() {
    return mutualPort;
  }

  @Override
  public void close() throws IOException {
    try {
      run("stop");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String verb) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(postfix);
    command.add(verb);
    Programs.run(cores.forServer(command));
  }

  private static Path program() {
    return PeerProgram.require("postfix");
  }

  private static void makeDirectories(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("queue"));
    Path data = Files.createDirectories(folder.resolve("data"));
    UserPrincipalLookupService users = data.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(data, users.lookupPrincipalByName("postfix"));
  }

  private static String mainCf(World world, Path folder, int sinkPort) {
    return """
    compatibility_level = 3.6
    queue_directory = %1$s/queue
    data_directory = %1$s/data
    maillog_file = %1$s/maillog
    maillog_file_prefixes = %1$s
    myhostname = %2$s
    inet_interfaces = loopback-only
    inet_protocols = ipv4
    mynetworks = 127.0.0.0/8
    mydestination =
    alias_maps =
    alias_database =
    smtpd_peername_lookup = no
    disable_dns_lookups = yes
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = %3$s
    smtpd_tls_CAfile = %4$s
    smtpd_tls_loglevel = 1
    smtpd_tls_received_header = yes
    default_transport = discard:
    transport_maps = inline:{ { %5$s = smtp:[127.0.0.1]:%6$d } }
    smtp_tls_security_level = secure
    smtp_tls_secure_cert_match = %7$s
    smtp_tls_chain_files = %3$s
    smtp_tls_CAfile = %4$s
    smtp_tls_loglevel = 1
    smtp_tls_connection_reuse = yes
    """
        .formatted(
            folder,
            World.HOSTNAME,
            world.server().file(),
            world.trust(),
            RELAYED_DOMAIN,
            sinkPort,
            World.SINK_NAME);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
