package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.json;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.testing.InMemoryKeyVault;
import io.hybridtls.agent.testing.TestRequest;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * An issuer called {@code scripted}, which is asked for one name, and a CA in a test's own words.
 */
abstract class ScriptedCaCase {

  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  static final String NEW_ORDER = "/new-order";
  static final String NAME = "mail.contoso.example";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path memory;

  final VirtualTime time = new VirtualTime(NOW);
  final ScriptedAcmeServer ca = new ScriptedAcmeServer();
  final RecordingSolver solver = new RecordingSolver(new Http01Solver(new HttpRoutes()));
  final List<String> steps = new ArrayList<>();
  TestRequest request = TestRequest.of(spec());

  @AfterEach
  void stop() {
    ca.close();
  }

  static CertificateSpec spec() {
    return AcmeWorld.spec(NAME);
  }

  AcmeIssuerSettings settings() {
    return settings(ca.directory());
  }

  static AcmeIssuerSettings settings(URI directory) {
    return AcmeIssuerSettings.at("scripted", directory);
  }

  AcmeIssuer issuer() {
    return issuer(solver);
  }

  AcmeIssuer issuer(ChallengeSolver other) {
    return issuer(settings(), other, PATIENCE);
  }

  private AcmeIssuer issuer(
      AcmeIssuerSettings settings, ChallengeSolver other, Duration requestTimeout) {
    return new AcmeIssuer(
        settings.settings(),
        new InMemoryKeyVault(),
        memory,
        other,
        time,
        new SecureRandom(),
        time,
        requestTimeout);
  }

  IssuanceFailure failure() {
    return failure(issuer());
  }

  IssuanceFailure failure(AcmeIssuerSettings settings) {
    return failure(settings, PATIENCE);
  }

  /** Within {@code requestTimeout} for each request. */
  IssuanceFailure failure(AcmeIssuerSettings settings, Duration requestTimeout) {
    return failure(issuer(settings, solver, requestTimeout));
  }

  IssuanceFailure failure(AcmeIssuer issuer) {
    return catchThrowableOfType(IssuanceException.class, () -> issuer.issue(request, steps::add))
        .failure();
  }

  String url(String path) {
    return ca.directory().resolve(path).toString();
  }

  /** The CA takes an order of the name, which is {@code status} from then on. */
  void order(String status) {
    ca.on(NEW_ORDER, json(201, orderWith(status)).header("Location", "$/order/1"));
    ca.on("/challenge/1", json(200, challenge("processing", "")));
  }

  static String orderWith(String status) {
    return """
    {"status":"%s","authorizations":["$/authz/1"],"finalize":"$/finalize",
     "identifiers":[{"type":"dns","value":"%s"}]}
    """
        .formatted(status, NAME);
  }

  static String authorization(String status, String error) {
    return authorization(NAME, status, error);
  }

  /**
   * @param error a further member of the challenge, with a comma before it; or empty
   */
  static String authorization(String name, String status, String error) {
    return """
    {"status":"%s","identifier":{"type":"dns","value":"%s"},"challenges":[%s]}
    """
        .formatted(status, name, challenge(status, error));
  }

  static String error(String type) {
    return ",\"error\":{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"no\"}";
  }

  static String challenge(String status, String error) {
    return """
    {"type":"http-01","url":"$/challenge/1","token":"tok","status":"%s"%s}
    """
        .formatted(status, error);
  }
}
