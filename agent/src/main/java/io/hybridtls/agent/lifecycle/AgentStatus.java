package io.hybridtls.agent.lifecycle;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.hybridtls.agent.renewal.CertificateStatus;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.smtp.endpoint.BoundListener;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolStatistics;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code hybridtls status} shows, as JSON values; times are ISO 8601 in UTC. */
@Singleton
final class AgentStatus {

  private final RenewalCoordinator coordinator;
  private final ConfiguredIssuers issuers;
  private final CurrentPlan plan;
  private final Optional<SmtpEndpoint> smtp;
  private final InstantSource clock;
  private final Instant started;

  @Inject
  AgentStatus(
      RenewalCoordinator coordinator,
      ConfiguredIssuers issuers,
      CurrentPlan plan,
      Optional<SmtpEndpoint> smtp,
      InstantSource clock) {
    this.coordinator = coordinator;
    this.issuers = issuers;
    this.plan = plan;
    this.smtp = smtp;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Blocks on I/O. */
  Map<String, Object> asMap() {
    Instant now = clock.instant();
    Map<String, Object> shown = new LinkedHashMap<>();
    String version = AgentStatus.class.getPackage().getImplementationVersion();
    shown.put("version", version == null ? "(not packaged)" : version);
    shown.put("now", now.toString());
    shown.put("started", started.toString());
    shown.put(
        "certificates",
        coordinator.statuses().stream().map(status -> certificate(status, now)).toList());
    shown.put("private-cas", privateCas());
    smtp.ifPresent(
        endpoint -> {
          shown.put("listeners", endpoint.listeners().stream().map(AgentStatus::listener).toList());
          shown.put("sessions", endpoint.sessions());
          shown.put("queue", queue(endpoint));
        });
    return shown;
  }

  private List<Map<String, Object>> privateCas() {
    return plan.get().issuers().keySet().stream()
        .sorted()
        .flatMap(name -> privateCa(name).stream())
        .toList();
  }

  private Optional<Map<String, Object>> privateCa(String name) {
    return issuers
        .damageOf(name)
        .map(reason -> Map.<String, Object>of("issuer", name, "error", reason))
        .or(() -> issuers.localCa(name).map(ca -> new PrivateCaSummary(name, ca).asMap()));
  }

  private static Map<String, Object> certificate(CertificateStatus status, Instant now) {
    return new CertificateSummary(status, now).asMap();
  }

  private static Map<String, Object> listener(BoundListener listener) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", listener.settings().name());
    shown.put("address", text(listener.address()));
    shown.put("tls", listener.settings().tls().name().toLowerCase(Locale.ROOT));
    listener.settings().certificate().ifPresent(id -> shown.put("certificate", id.value()));
    shown.put(
        "client-certificate",
        listener.settings().clientCertificate().name().toLowerCase(Locale.ROOT));
    return shown;
  }

  private static Map<String, Object> queue(SmtpEndpoint endpoint) {
    Map<String, Object> shown = new LinkedHashMap<>();
    try {
      SpoolStatistics queue = endpoint.queue();
      shown.put("messages", queue.messages());
      shown.put("recipients", queue.recipients());
      shown.put("deferred", queue.deferred());
    } catch (SpoolException e) {
      shown.put("error", String.valueOf(e.getMessage()));
    }
    return shown;
  }

  private static String text(InetSocketAddress address) {
    String host = IpAddress.of(address.getAddress()).value();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
