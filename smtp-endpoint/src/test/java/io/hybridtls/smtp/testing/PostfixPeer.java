package io.hybridtls.smtp.testing;

import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.testing.PeerProgram;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A real Postfix with a queue, a log and a loopback port of its own, which takes mail for every
 * domain. It needs root, as Postfix does: guard the test with {@code @RequiresPeer("postfix")} and
 * {@code @EnabledIfSystemProperty(named = "user.name", matches = "root")}.
 */
public final class PostfixPeer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final int port;

  private PostfixPeer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Begins to describe a Postfix, in a temporary folder that is removed when it is closed. */
  public static Builder builder() throws IOException {
    return new Builder(Files.createTempDirectory("postfix-peer"));
  }

  public int port() {
    return port;
  }

  /** Everything logged so far. */
  public String log() {
    try {
      Path log = folder.resolve("mail.log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a part of the log matches {@code regex}. */
  public void awaitLog(String regex) {
    Pattern pattern = Pattern.compile(regex);
    await("Postfix logs " + regex).atMost(PATIENCE).until(() -> pattern.matcher(log()).find());
  }

  /** The messages delivered so far, with the header fields that Postfix put in front. */
  public List<String> delivered() {
    Path inbox = folder.resolve("mail/inbox/new");
    if (!Files.isDirectory(inbox)) {
      return List.of();
    }
    List<String> messages = new ArrayList<>();
    try (Stream<Path> files = Files.list(inbox).sorted()) {
      for (Path file : files.toList()) {
        messages.add(Files.readString(file));
      }
      return messages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until {@code count} messages have been delivered. */
  public List<String> awaitDelivered(int count) {
    await(count + " messages in the inbox")
        .atMost(PATIENCE)
        .until(() -> delivered().size() >= count);
    return delivered();
  }

  @Override
  public void close() {
    Optional<ProcessHandle> master = master();
    try {
      run("stop");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      master.ifPresent(PostfixPeer::awaitEnd);
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start() throws IOException {
    run("start");
    awaitLog("daemon started");
  }

  private void run(String verb) throws IOException {
    Path output = folder.resolve("postfix-" + verb + ".out");
    Process process =
        new ProcessBuilder(
                PeerProgram.require("postfix").toString(), "-c", conf(folder).toString(), verb)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean done = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!done || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("postfix " + verb + " failed: " + Files.readString(output) + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Optional<ProcessHandle> master() {
    Path file = folder.resolve("queue/pid/master.pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitEnd(ProcessHandle master) {
    master.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static Path conf(Path folder) {
    return folder.resolve("conf");
  }

  /** What a Postfix is to be like; by default it has no TLS and throws all mail away. */
  public static final class Builder {

    private static final String SERVICES =
        """
        127.0.0.1:%d inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd
        """;

    private static final String LOG_CLIENT =
        """
        /^Received:.*Client CN "([^"]*)", Issuer "([^"]*)" \\((.*OK)\\)/ INFO client $1 of $2 $3
        """;

    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Builder(Path folder) {
      this.folder = folder;
      set("compatibility_level", "3.6");
      set("queue_directory", folder.resolve("queue").toString());
      set("data_directory", folder.resolve("data").toString());
      set("maillog_file", folder.resolve("mail.log").toString());
      set("maillog_file_prefixes", folder.toString());
      set("myhostname", "mx.fabrikam.example");
      set("mydestination", "");
      set("alias_maps", "");
      set("inet_interfaces", "loopback-only");
      set("inet_protocols", "ipv4");
      set("mynetworks", "127.0.0.0/8");
      set("smtpd_relay_restrictions", "permit_mynetworks, reject");
      set("default_transport", "discard:");
      set("smtpd_peername_lookup", "no");
    }

    /** Any other parameter of main.cf. */
    public Builder set(String parameter, String value) {
      settings.put(parameter, value);
      return this;
    }

    /**
     * Offers STARTTLS with {@code certificate}. The log then names the verified certificate that
     * each message came with: {@code client mail.contoso.example of Contoso Issuing verified OK}.
     */
    public Builder certificate(HeldCertificate certificate) {
      PemObject key = new PemObject("PRIVATE KEY", certificate.key().getEncoded()); // PKCS #8
      Path keyFile = TestCa.writePem(folder.resolve("key.pem"), List.of(key));
      Path chainFile = TestCa.writePem(folder.resolve("chain.pem"), certificate.chain());
      return set("smtpd_tls_chain_files", keyFile + ", " + chainFile)
          .set("smtpd_tls_security_level", "encrypt")
          .set("smtpd_tls_loglevel", "1")
          .set("smtpd_tls_received_header", "yes")
          .set("header_checks", "regexp:" + folder.resolve("log-received"));
    }

    /** Demands a certificate of every client, with a chain to {@code root} and no other. */
    public Builder demandClientsOf(X509Certificate root) {
      Path roots = TestCa.writePem(folder.resolve("clients.pem"), List.of(root));
      return set("smtpd_tls_req_ccert", "yes")
          .set("smtpd_tls_CAfile", roots.toString())
          .set("smtpd_tls_CApath", "")
          .set("tls_append_default_CA", "no");
    }

    /** Keeps the mail for {@code domain} where {@link PostfixPeer#delivered} finds it. */
    public Builder keepMailFor(String domain) {
      return set("virtual_mailbox_domains", domain)
          .set("virtual_mailbox_base", folder.resolve("mail").toString())
          .set("virtual_mailbox_maps", "static:inbox/")
          .set("virtual_minimum_uid", "1")
          .set("virtual_uid_maps", "static:" + idOfNobody("-u"))
          .set("virtual_gid_maps", "static:" + idOfNobody("-g"));
    }

    public PostfixPeer start() throws IOException {
      // its processes run as other users
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path conf = Files.createDirectory(conf(folder));
      Files.createDirectory(folder.resolve("queue"));
      ownedBy("postfix", Files.createDirectory(folder.resolve("data")));
      ownedBy("nobody", Files.createDirectory(folder.resolve("mail")));
      int port = freePort();
      Files.writeString(conf.resolve("master.cf"), SERVICES.formatted(port));
      StringBuilder main = new StringBuilder();
      settings.forEach((name, value) -> main.append(name).append(" = ").append(value).append('\n'));
      Files.writeString(conf.resolve("main.cf"), main);
      Files.writeString(folder.resolve("log-received"), LOG_CLIENT);
      PostfixPeer peer = new PostfixPeer(folder, port);
      try {
        peer.start();
        return peer;
      } catch (IOException | RuntimeException e) {
        peer.remove();
        throw e;
      }
    }

    private void ownedBy(String user, Path path) throws IOException {
      Files.setOwner(
          path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
    }

    private static String idOfNobody(String option) {
      try {
        Process id = new ProcessBuilder("id", option, "nobody").start();
        return new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }
}
