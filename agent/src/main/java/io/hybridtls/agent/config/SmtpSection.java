package io.hybridtls.agent.config;

import io.hybridtls.agent.config.ListenersSection.Listeners;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.EndpointSettings.OutboundTimeouts;
import io.hybridtls.smtp.endpoint.EndpointSettings.Queue;
import io.hybridtls.smtp.inbound.InboundConnector;
import io.hybridtls.smtp.outbound.OutboundConnector;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.spool.RetrySchedule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code smtp}: the endpoint. */
final class SmtpSection {

  /** RFC 5321, section 4.5.3.1.8. */
  private static final int LEAST_RECIPIENTS = 100;

  private static final int MOST = 1_000_000;

  private SmtpSection() {}

  static Optional<EndpointSettings> read(
      Section smtp, Certificates certificates, Issuers issuers, AddressesInUse addresses) {
    Setting<DnsName> hostname =
        smtp.required("hostname", NetworkReaders.HOST_NAME, "\"mail.contoso.example\"");
    Setting<List<DomainPattern>> accepted =
        smtp.value("accepted-domains", Readers.listOf(NetworkReaders.DOMAIN_PATTERN), "[]");
    refuseEverything(accepted);
    Optional<SessionLimits> limits = limits(smtp);
    Setting<Integer> maxSessions = smtp.value("max-sessions", Readers.integer(1, MOST), "10000");
    Setting<Long> bodyMemory = smtp.value("body-memory", Quantities.SIZE, "256 MiB");
    Setting<Duration> drain = smtp.value("drain-timeout", Quantities.DURATION, "30 seconds");
    Optional<Queue> queue = queue(smtp.sectionOfDefaults("queue"));
    Optional<OutboundTimeouts> timeouts = timeouts(smtp.sectionOfDefaults("outbound-timeouts"));
    Listeners listeners = listeners(smtp, new ListenersSection(certificates, issuers, addresses));
    List<InboundConnector> inbound =
        InboundConnectorsSection.read(smtp.entries("inbound-connectors"), listeners);
    List<OutboundConnector> outbound =
        new OutboundConnectorsSection(certificates, issuers)
            .read(smtp.entries("outbound-connectors"));
    return queue.flatMap(
        waiting ->
            timeouts.flatMap(
                waits ->
                    smtp.build(
                        () ->
                            new EndpointSettings(
                                hostname.get(),
                                accepted.get(),
                                limits.orElseThrow(),
                                maxSessions.get(),
                                bodyMemory.get(),
                                drain.get(),
                                waiting,
                                waits,
                                listeners.settings(),
                                inbound,
                                outbound))));
  }

  private static Listeners listeners(Section smtp, ListenersSection reader) {
    List<Section> entries = smtp.entries("listeners");
    if (entries.isEmpty()) {
      smtp.report(
          smtp.location(),
          "listeners",
          "there is no listener, so no mail is taken",
          "write listeners { mx { address = \"0.0.0.0:25\", certificate = ... } }, or remove smtp");
    }
    return reader.read(entries);
  }

  private static void refuseEverything(Setting<List<DomainPattern>> accepted) {
    if (accepted.read().orElse(List.of()).contains(new DomainPattern.Any())) {
      accepted.wrong(
          "\"*\" would take mail for every domain from everybody, which is an open relay",
          "write the domains that are your own");
    }
  }

  private static Optional<SessionLimits> limits(Section smtp) {
    Setting<Long> size = smtp.value("max-message-size", Quantities.SIZE, "150 MiB");
    Setting<Integer> recipients =
        smtp.value("max-recipients", Readers.integer(LEAST_RECIPIENTS, MOST), "1000");
    Setting<Integer> errors = smtp.value("max-errors", Readers.integer(1, MOST), "20");
    Setting<Integer> hops = smtp.value("max-hops", Readers.integer(1, MOST), "100");
    Setting<Duration> command = smtp.value("command-timeout", Quantities.DURATION, "5 minutes");
    Setting<Duration> data = smtp.value("data-timeout", Quantities.DURATION, "3 minutes");
    return smtp.build(
        () ->
            new SessionLimits(
                size.get(), recipients.get(), errors.get(), hops.get(), command.get(), data.get()));
  }

  private static Optional<Queue> queue(Section queue) {
    Setting<List<Duration>> intervals =
        queue.value(
            "retry-intervals",
            Readers.sequenceOf(Quantities.DURATION),
            "[1 minute, 5 minutes, 15 minutes, 15 minutes, 1 hour]");
    Setting<Duration> lifetime = queue.value("lifetime", Quantities.DURATION, "2 days");
    Setting<Long> hotMemory = queue.value("hot-memory", Quantities.SIZE, "64 MiB");
    return queue.build(
        () -> new Queue(new RetrySchedule(intervals.get(), lifetime.get()), hotMemory.get()));
  }

  private static Optional<OutboundTimeouts> timeouts(Section timeouts) {
    Setting<Duration> connect = timeouts.value("connect", Quantities.DURATION, "30 seconds");
    Setting<Duration> command = timeouts.value("command", Quantities.DURATION, "5 minutes");
    Setting<Duration> data = timeouts.value("data", Quantities.DURATION, "10 minutes");
    Setting<Duration> idle = timeouts.value("idle", Quantities.DURATION, "30 seconds");
    return timeouts.build(
        () -> new OutboundTimeouts(connect.get(), command.get(), data.get(), idle.get()));
  }
}
