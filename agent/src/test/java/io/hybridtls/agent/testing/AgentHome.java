package io.hybridtls.agent.testing;

import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.admin.AdminClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A folder with one agent's configuration and, beside it, its state and its admin socket. Relative
 * paths in the configuration start here.
 */
public final class AgentHome {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final Path config;
  private final AtomicInteger starts = new AtomicInteger();

  /** A home in {@code folder}, which must have a short path: it gets a Unix socket. */
  public AgentHome(Path folder) {
    this.folder = folder;
    this.config = folder.resolve("agent.conf");
  }

  /** Writes the configuration; {@code state-directory} and {@code admin} are added to it. */
  public AgentHome configure(String hocon) {
    return write("agent.conf", hocon + "\nstate-directory = state\nadmin.socket = admin.sock\n");
  }

  /** Writes another file, which only its owner can read. */
  public AgentHome write(String name, String text) {
    try {
      Files.writeString(path(name), text);
      Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString("rw-------"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path path(String relative) {
    return folder.resolve(relative);
  }

  /**
   * Starts the agent and waits until it runs.
   *
   * @param options for the Java runtime
   */
  public AgentProcess start(String... options) {
    AgentProcess agent = launch(options);
    try {
      return agent.awaitRunning();
    } catch (RuntimeException | Error e) {
      agent.close();
      throw e;
    }
  }

  /** Starts the agent and waits for nothing. */
  public AgentProcess launch(String... options) {
    Path log = path("agent-" + starts.incrementAndGet() + ".log");
    try {
      return new AgentProcess(
          AgentProgram.start(
              log, log, List.of(options), List.of("run", "--config", config.toString())),
          log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a verb with this configuration, to its end. */
  public CommandResult command(String verb, String... options) {
    List<String> arguments = new ArrayList<>(List.of(verb));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--config", config.toString()));
    return AgentProgram.run(folder, arguments);
  }

  /** Runs the program with exactly these arguments, to its end. */
  public CommandResult program(String... arguments) {
    return AgentProgram.run(folder, List.of(arguments));
  }

  /** What {@code status --json} prints, without the start of a program. */
  public Map<String, Object> status() {
    return ask("GET /v1/status", Map.of());
  }

  /** Does what {@code renew --force} does, without the start of a program; waits for nothing. */
  public void renewByForce(String id) {
    ask("POST /v1/renew", Map.of("id", List.of(id), "force", List.of("true")));
  }

  /** Where the listener {@code name} is bound. */
  public InetSocketAddress listener(String name) {
    String address = String.valueOf(entry("listeners", "name", name).get("address"));
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  /** One certificate of {@link #status()}. */
  public Map<?, ?> certificate(String id) {
    return entry("certificates", "id", id);
  }

  /** Waits until a certificate is live, and gives its serial number. */
  public String awaitLive(String id) {
    await(id + " is live")
        .atMost(PATIENCE)
        .until(() -> Boolean.TRUE.equals(certificate(id).get("live")));
    return String.valueOf(certificate(id).get("serial"));
  }

  /** A number of {@link #status()} about the queue: messages, recipients or deferred. */
  public int queue(String what) {
    return status().get("queue") instanceof Map<?, ?> queue
            && queue.get(what) instanceof Number number
        ? number.intValue()
        : -1;
  }

  /** Waits until everything accepted has been relayed. */
  public void awaitEmptyQueue() {
    await("the queue is empty").atMost(PATIENCE).until(() -> queue("messages") == 0);
  }

  /** The root of the private CA that issuer {@code name} is. */
  public X509Certificate root(String name) {
    try (var pem = Files.newInputStream(path("state/authorities/" + name + "/root.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> ask(String route, Map<String, List<String>> parameters) {
    try {
      return new AdminClient(path("admin.sock")).ask(route, parameters, event -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Map<?, ?> entry(String list, String key, String value) {
    if (status().get(list) instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> map && value.equals(map.get(key))) {
          return map;
        }
      }
    }
    throw new AssertionError("no " + key + " " + value + " in " + list);
  }
}
