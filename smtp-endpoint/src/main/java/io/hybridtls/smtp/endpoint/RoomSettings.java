package io.hybridtls.smtp.endpoint;

import io.hybridtls.smtp.client.ClientSettings;
import io.hybridtls.smtp.client.ClientTimeouts;
import io.hybridtls.smtp.inbound.ConnectorRelayAuthorizer;
import io.hybridtls.smtp.outbound.DeliverySettings;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.outbound.OutboundConnectors;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.server.ServerPolicy;
import io.hybridtls.smtp.spool.SpoolSettings;
import io.hybridtls.smtp.tls.TlsUses;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.hybridtls.smtp.tls.TrustSource;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The endpoint's settings as each room wants them. */
record RoomSettings(EndpointSettings settings) {

  private static final int MAX_MESSAGES_IN_FLIGHT = 1_000;

  ServerPolicy server() {
    return new ServerPolicy(
        settings.hostname(),
        settings.limits(),
        new ConnectorRelayAuthorizer(settings.acceptedDomains(), settings.inboundConnectors()),
        settings.maxSessions());
  }

  ClientSettings client() {
    EndpointSettings.OutboundTimeouts timeouts = settings.outboundTimeouts();
    return new ClientSettings(
        settings.hostname(),
        new ClientTimeouts(
            timeouts.connect(), timeouts.command(), timeouts.data(), timeouts.idle()));
  }

  SpoolSettings spool(Path directory) {
    return SpoolSettings.of(directory, settings.hostname())
        .withHotBytes(settings.queue().hotMemory());
  }

  DeliverySettings deliveries() {
    return new DeliverySettings(
        settings.queue().retries(), MAX_MESSAGES_IN_FLIGHT, settings.drainTimeout());
  }

  OutboundConnectors outboundConnectors() {
    return OutboundConnectors.of(settings.outboundConnectors());
  }

  TlsUses tls() {
    Set<ServerUse> servers =
        settings.listeners().stream()
            .flatMap(
                listener ->
                    listener.certificate().stream()
                        .map(id -> new ServerUse(id, listener.clientCertificate())))
            .collect(Collectors.toSet());
    return new TlsUses(
        servers,
        settings.outboundConnectors().stream()
            .flatMap(connector -> connector.certificate().stream())
            .collect(Collectors.toSet()));
  }

  Set<TrustSource> trustSources() {
    return Stream.concat(
            settings.listeners().stream().map(ListenerSettings::clientTrust),
            settings.outboundConnectors().stream().map(OutboundConnector::trust))
        .collect(Collectors.toSet());
  }
}
