package io.hybridtls.agent.config;

import io.hybridtls.agent.acme.AcmeSettings;
import io.hybridtls.agent.est.EstSettings;
import io.hybridtls.agent.imported.FilesSettings;
import io.hybridtls.agent.imported.ImportedSettings;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.RenewalHours;
import io.hybridtls.agent.localca.LocalCaSettings;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * A configuration in which every value has been checked and every reference leads somewhere. Paths
 * are absolute. Immutable.
 *
 * @param stateDirectory where certificates, keys and accepted mail are kept
 * @param issuerTerms what each issuer is asked for at most, by its name
 * @param smtp empty when the agent only keeps certificates
 * @param http empty when there is no HTTP listener; then no issuer needs one
 */
public record AgentConfig(
    Path stateDirectory,
    Store store,
    List<AcmeSettings> acmeIssuers,
    List<LocalCaSettings> localCas,
    Map<String, IssuerTerms> issuerTerms,
    List<EstSettings> estIssuers,
    List<ImportedSettings> importedIssuers,
    List<FilesSettings> fileIssuers,
    CertificateInventory certificates,
    Renewal renewal,
    Optional<EndpointSettings> smtp,
    Optional<Http> http,
    Admin admin,
    Log log) {

  public AgentConfig {
    acmeIssuers = List.copyOf(acmeIssuers);
    localCas = List.copyOf(localCas);
    issuerTerms = Map.copyOf(issuerTerms);
    estIssuers = List.copyOf(estIssuers);
    importedIssuers = List.copyOf(importedIssuers);
    fileIssuers = List.copyOf(fileIssuers);
  }

  /**
   * How certificates are kept.
   *
   * @param keepGenerations how many of each certificate stay for a rollback, the active one
   *     included
   */
  public record Store(SecretSource secret, int keepGenerations) {}

  /**
   * How often every certificate is looked at, and how many are issued at once.
   *
   * @param checkInterval between two passes over the inventory
   * @param hours to which renewals are confined that can wait, where a certificate has none of its
   *     own
   */
  public record Renewal(Duration checkInterval, int concurrency, RenewalHours hours) {}

  /** The listener for http-01 challenges and the private CA's lists. */
  public record Http(InetSocketAddress address) {}

  /** The Unix socket that the command line speaks to. */
  public record Admin(Path socket) {}

  /**
   * What is logged, and how.
   *
   * @param level the least severe that is written
   */
  public record Log(LogFormat format, Level level) {}

  /** The shape of a log line. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object a line. */
    JSON
  }
}
