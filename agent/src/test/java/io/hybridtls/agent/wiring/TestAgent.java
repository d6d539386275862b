package io.hybridtls.agent.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hybridtls.agent.admin.AdminClient;
import io.hybridtls.agent.config.ConfigLoader;
import io.hybridtls.agent.config.LoadedConfig;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.lifecycle.Agent;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.lifecycle.ReloadResult;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.smtp.endpoint.BoundListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An agent on a configuration in a temporary folder, with its state and its socket beside it. */
final class TestAgent implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final AgentLauncher.Running running;

  private TestAgent(Path folder, AgentLauncher.Running running) {
    this.folder = folder;
    this.running = running;
  }

  /** One certificate from a private CA, and a listener that presents it. */
  static String config() {
    return """
    state-directory = state
    issuers { internal { type = local-ca, name = "Contoso Mail" } }
    certificates { mail { names = ["mail.contoso.example"], issuer = internal, key = ec-p256 } }
    smtp {
      hostname = "mail.contoso.example"
      listeners { mx { address = "127.0.0.1:0", certificate = mail, trusted-issuer = internal } }
      drain-timeout = 5 seconds
    }
    admin { socket = admin.sock }
    """;
  }

  static TestAgent start(Path folder, String config) throws IOException {
    return new TestAgent(folder, launch(folder, config));
  }

  static AgentLauncher.Running launch(Path folder, String config) throws IOException {
    Path file = write(folder, config);
    LoadedConfig loaded = new ConfigLoader(Map.of()).load(file);
    assertThat(loaded.config()).describedAs("%s", loaded.problems()).isPresent();
    return AgentLauncher.start(new ConfigSource(file, loaded.config().orElseThrow(), Map.of()));
  }

  Agent agent() {
    return running.agent();
  }

  /** Replaces the file and has it read again. */
  ReloadResult reload(String config) {
    write(folder, config);
    return agent().reload();
  }

  /** Waits for a generation of {@code id} to be live. */
  Generation awaitLive(String id) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> agent().certificates().snapshot().find(CertificateId.of(id)),
            found -> found.isPresent())
        .orElseThrow();
  }

  /** Waits for another generation than {@code old} to be live. */
  Generation awaitSuccessor(Generation old) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> agent().certificates().snapshot().find(old.id()).orElseThrow(),
            live -> live.number() != old.number());
  }

  InetSocketAddress address(String listener) {
    return agent().listeners().stream()
        .filter(bound -> bound.settings().name().equals(listener))
        .map(BoundListener::address)
        .findFirst()
        .orElseThrow();
  }

  List<String> listeners() {
    return agent().listeners().stream().map(bound -> bound.settings().name()).toList();
  }

  /** What {@code hybridtls status --json} would say. */
  Map<String, Object> status() {
    return ask("GET /v1/status", Map.of());
  }

  /** What the command line would be told. */
  Map<String, Object> ask(String route, Map<String, List<String>> parameters) {
    try {
      return new AdminClient(folder.resolve("admin.sock")).ask(route, parameters, progress -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Has a private CA sign a certificate for a peer called device42. */
  Map<String, Object> issue(String issuer) {
    CertificateSpec device =
        new CertificateSpec(
            CertificateId.of("device42"),
            List.of(DnsName.of("device42.contoso.example")),
            issuer,
            KeyAlgorithm.EC_P256,
            Set.of(CertificateRole.CLIENT));
    byte[] csr = SigningRequest.of(device, KeyAlgorithm.EC_P256.newKeyPair(new SecureRandom()));
    return ask(
        "POST /v1/certificate/issue",
        Map.of(
            "for", List.of("device42"),
            "issuer", List.of(issuer),
            "csr", List.of(Base64.getEncoder().encodeToString(csr))));
  }

  @Override
  public void close() throws StoreException {
    running.close();
  }

  private static Path write(Path folder, String config) {
    try {
      return Files.writeString(folder.resolve("hybridtls.conf"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
