package io.hybridtls.smtp.endpoint;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.server.ListenerSettings;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.RetrySchedule;
import java.time.Duration;
import java.util.List;

/**
 * The endpoint, as configured.
 *
 * @param hostname in greetings, EHLO and Received fields
 * @param acceptedDomains the domains for which mail is taken from anybody
 * @param maxSessions open at once, over all listeners
 * @param bodyMemory octets of message bodies that may be in flight; beyond it they go to disk
 * @param drainTimeout what open sessions are given to finish when the agent stops
 */
public record EndpointSettings(
    DnsName hostname,
    List<DomainPattern> acceptedDomains,
    SessionLimits limits,
    int maxSessions,
    long bodyMemory,
    Duration drainTimeout,
    Queue queue,
    OutboundTimeouts outboundTimeouts,
    List<ListenerSettings> listeners,
    List<InboundConnector> inboundConnectors,
    List<OutboundConnector> outboundConnectors) {

  public EndpointSettings {
    acceptedDomains = List.copyOf(acceptedDomains);
    listeners = List.copyOf(listeners);
    inboundConnectors = List.copyOf(inboundConnectors);
    outboundConnectors = List.copyOf(outboundConnectors);
  }

  /**
   * Accepted mail that waits.
   *
   * @param hotMemory octets of bodies kept in memory beside the disk, for delivery at once
   */
  public record Queue(RetrySchedule retries, long hotMemory) {}

  /**
   * How long each step of a delivery may take.
   *
   * @param command the wait for a reply (RFC 5321, section 4.5.3.2)
   * @param data the wait for the reply to the end of a message (section 4.5.3.2.6)
   * @param idle how long an unused connection stays in the pool
   */
  public record OutboundTimeouts(
      Duration connect, Duration command, Duration data, Duration idle) {}
}
