package io.hybridtls.agent.demo;

import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.config.ConfigLoader;
import io.hybridtls.agent.config.LoadedConfig;
import io.hybridtls.agent.lifecycle.Agent;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.agent.wiring.AgentLauncher;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.live.LiveSnapshot;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.smtp.endpoint.BoundListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Shows the whole job, step by step, each with what it proves. Blocks until it is over. */
public final class Demo {

  private static final CertificateId MAIL = CertificateId.of("mail");
  private static final CertificateId CLOUD = CertificateId.of("cloud");
  private static final String MAIL_NAME = "mail.demo.example";
  private static final String CLOUD_NAME = "cloud.demo.example";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;
  private final Map<String, String> environment;
  private final DemoReport report;

  /**
   * Prepares a demonstration.
   *
   * @param directory empty; everything is made in it
   * @param environment of the process
   */
  public Demo(Path directory, Map<String, String> environment, DemoReport report) {
    this.directory = directory;
    this.environment = environment;
    this.report = report;
  }

  /**
   * Runs it.
   *
   * @throws IOException when a step did not do what it should; the message says which and how
   */
  public void run() throws IOException, InterruptedException {
    try (DemoCloud cloud =
        DemoCloud.open(directory.resolve("cloud"), CLOUD.value(), DnsName.of(CLOUD_NAME))) {
      InetSocketAddress at = cloud.address();
      Path file = writeConfig();
      ConfigSource source = load(file, at.getHostString() + ":" + at.getPort());
      try (AgentLauncher.Running running = AgentLauncher.start(source)) {
        show(running.agent(), cloud);
      } catch (StoreException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  private void show(Agent agent, DemoCloud cloud) throws IOException, InterruptedException {
    LiveSnapshot first = awaitCertificates(agent.certificates());
    Generation mail = first.find(MAIL).orElseThrow();
    List<X509Certificate> chain = mail.certificate().chain();
    X509Certificate root = agent.rootOf("demo").orElseThrow();
    report.step(
        "A private CA was made: \"" + root.getSubjectX500Principal().getName() + "\"",
        "its root signs one issuing CA, \""
            + chain.get(chain.size() - 1).getSubjectX500Principal().getName()
            + "\"; both keys are encrypted in "
            + directory.resolve("state"));
    report.step(
        "It issued a certificate for " + MAIL_NAME + ", serial " + mail.certificate().serial(),
        "stored encrypted as generation " + mail.label() + ", and live in the endpoint");
    publishTo(cloud, first, root);
    InetSocketAddress endpoint = address(agent, "mx");
    try (DemoClient early = DemoClient.startTls(endpoint, MAIL_NAME, root)) {
      requireSerial(early, mail);
      report.step(
          "The endpoint takes mail on " + endpoint.getHostString() + ":" + endpoint.getPort(),
          "a client verified its certificate over STARTTLS, "
              + early.protocol()
              + "; this session"
              + " stays open");
      refusedWithoutCertificate(cloud, root);
      relay(early, cloud, "before the renewal");
      renewWhileOpen(agent, cloud, early, mail, root);
    }
  }

  private void refusedWithoutCertificate(DemoCloud cloud, X509Certificate root) throws IOException {
    try (DemoClient stranger = DemoClient.startTls(cloud.address(), CLOUD_NAME, root)) {
      String reply = stranger.command("MAIL FROM:<stranger@" + MAIL_NAME + ">");
      require(reply.startsWith("5"), "the cloud took mail from a client without a certificate");
      report.step(
          "The cloud peer demands a client certificate", "a client without one was told: " + reply);
    }
  }

  private void relay(DemoClient client, DemoCloud cloud, String subject)
      throws IOException, InterruptedException {
    String promise = client.send("alice@" + MAIL_NAME, "bob@" + CLOUD_NAME, subject);
    String received = cloud.awaitMessage();
    String proof = "verified certificate for " + MAIL_NAME;
    require(
        received.replaceAll("\\s+", " ").contains(proof),
        "the message did not arrive over mutual TLS:\n" + received);
    report.step(
        "A message was accepted (" + promise + ") and relayed over mutual TLS",
        "the cloud's Received field says: " + proof);
  }

  private void renewWhileOpen(
      Agent agent, DemoCloud cloud, DemoClient early, Generation old, X509Certificate root)
      throws IOException, InterruptedException {
    RenewalOutcome outcome = agent.renew(MAIL, /* force= */ true);
    require(outcome.exitCode() == 0, "the renewal failed: " + outcome.describe());
    Generation renewed = agent.certificates().snapshot().find(MAIL).orElseThrow();
    report.step("The certificate was renewed by force", outcome.describe());
    try (DemoClient late = DemoClient.startTls(address(agent, "mx"), MAIL_NAME, root)) {
      requireSerial(late, renewed);
      report.step(
          "The next session sees the new certificate",
          "serial " + late.serverSerial() + " in place of " + old.certificate().serial());
    }
    requireSerial(early, old);
    relay(early, cloud, "after the renewal");
    report.step(
        "The session that was opened before the renewal went on",
        "it sent that last message on its old certificate, serial " + early.serverSerial());
  }

  private static LiveSnapshot awaitCertificates(LiveCertificates certificates)
      throws IOException, InterruptedException {
    CompletableFuture<LiveSnapshot> complete = new CompletableFuture<>();
    try {
      certificates.join(
          next ->
              () -> {
                if (next.find(MAIL).isPresent() && next.find(CLOUD).isPresent()) {
                  complete.complete(next);
                }
              });
      return complete.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "the CA issued no certificates within " + PATIENCE.toSeconds() + " s", e);
    } catch (SwapRejectedException | ExecutionException e) {
      throw new IllegalStateException("looking on neither rejects nor fails", e);
    }
  }

  private static void publishTo(DemoCloud cloud, LiveSnapshot held, X509Certificate root)
      throws IOException {
    try {
      cloud.present(held.find(CLOUD).orElseThrow(), root);
    } catch (SwapRejectedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static InetSocketAddress address(Agent agent, String listener) throws IOException {
    return agent.listeners().stream()
        .filter(bound -> bound.settings().name().equals(listener))
        .map(BoundListener::address)
        .findFirst()
        .orElseThrow(() -> new IOException("there is no listener " + listener));
  }

  private static void requireSerial(DemoClient client, Generation expected) throws IOException {
    require(
        client.serverSerial().equals(expected.certificate().serial()),
        "the endpoint presented serial "
            + client.serverSerial()
            + " in place of "
            + expected.certificate().serial());
  }

  private static void require(boolean shown, String otherwise) throws IOException {
    if (!shown) {
      throw new IOException(otherwise);
    }
  }

  private Path writeConfig() throws IOException {
    Path file = directory.resolve("demo.conf");
    try (InputStream template = Demo.class.getResourceAsStream("/conf/demo.conf")) {
      if (template == null) {
        throw new IOException("demo.conf is missing from the installation");
      }
      Files.copy(template, file);
    }
    return file;
  }

  private ConfigSource load(Path file, String cloudPeer) throws IOException {
    Map<String, String> extended = new HashMap<>(environment);
    extended.put("DEMO_CLOUD_PEER", cloudPeer);
    LoadedConfig loaded = new ConfigLoader(extended).load(file);
    Optional<AgentConfig> config = loaded.config();
    if (config.isEmpty()) {
      throw new IOException(
          String.join("\n", loaded.problems().stream().map(Object::toString).toList()));
    }
    return new ConfigSource(file, config.get(), extended);
  }
}
