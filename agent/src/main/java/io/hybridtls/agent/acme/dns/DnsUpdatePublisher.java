package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Update;

/** Signed dynamic updates over TCP (RFC 2136), one record each. */
final class DnsUpdatePublisher implements TxtPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(DnsUpdatePublisher.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /**
   * Not to be cached (RFC 1035, section 3.2.1), since the next order may write another value at the
   * same name, and a resolver that has kept what was there before does not see it.
   */
  private static final long TTL = 0;

  private final UpdateSettings settings;

  /** For the operator. */
  private final String server;

  private final ZoneLookup zones;
  private final InstantSource clock;

  DnsUpdatePublisher(UpdateSettings settings, ZoneLookup zones, InstantSource clock) {
    this.settings = settings;
    this.server = ZoneServer.at(settings.server()).name();
    this.zones = zones;
    this.clock = clock;
  }

  @Override
  public void add(TxtRecord record) throws IOException {
    Name zone = zoneOf(record);
    Update update = new Update(zone);
    update.add(wire(record));
    send(update, zone, record);
    LOG.debug("added {} to zone {} at {}", record, zone, server);
  }

  @Override
  public void remove(TxtRecord record) throws IOException {
    Name zone = zoneOf(record);
    Update update = new Update(zone);
    update.delete(wire(record));
    send(update, zone, record);
    LOG.debug("removed {} from zone {} at {}", record, zone, server);
  }

  private Name zoneOf(TxtRecord record) throws IOException {
    Name zone = settings.zone().isPresent() ? settings.zone().get() : zones.zoneOf(record.name());
    if (!record.name().subdomain(zone)) {
      throw new RefusedChangeException(
          "update.zone", record.name() + " does not lie in zone " + zone + "; leave the zone out");
    }
    return zone;
  }

  private static TXTRecord wire(TxtRecord record) {
    return new TXTRecord(record.name(), DClass.IN, TTL, record.value());
  }

  private void send(Update update, Name zone, TxtRecord record) throws IOException {
    SimpleResolver resolver = new SimpleResolver(settings.server());
    resolver.setTCP(true);
    resolver.setTimeout(TIMEOUT);
    resolver.setTSIGKey(settings.key().signer(clock));
    Message answer = exchange(resolver, update);
    if (answer.getRcode() != Rcode.NOERROR) {
      throw refused(answer, zone, record);
    }
    if (!answer.isVerified()) {
      throw new IOException(server + " did not sign its answer with key " + settings.key().name());
    }
  }

  private Message exchange(SimpleResolver resolver, Update update) throws IOException {
    try {
      return resolver.send(update);
    } catch (IOException e) {
      throw new IOException("no answer to a dynamic update from " + server + ": " + Words.of(e), e);
    }
  }

  private IOException refused(Message answer, Name zone, TxtRecord record) {
    String code = Rcode.string(answer.getRcode());
    String what = server + " answered " + code + " to a change of " + record.name() + ": ";
    TSIGRecord signature = answer.getTSIG();
    int error = signature == null ? Rcode.NOERROR : signature.getError();
    if (error == Rcode.BADTIME) { // mended without a change of settings
      return new IOException(
          what + "BADTIME; the clock of this host or of that server is wrong, set them both");
    }
    if (error != Rcode.NOERROR) {
      return new RefusedChangeException(
          "update.key-secret",
          what
              + Rcode.TSIGstring(error)
              + "; compare name, algorithm and secret of key "
              + settings.key().name()
              + " with the server's");
    }
    return switch (answer.getRcode()) {
      case Rcode.REFUSED ->
          new RefusedChangeException(
              "update.key-name",
              what
                  + "allow key "
                  + settings.key().name()
                  + " to change TXT records of that name (PowerDNS answers so to a wrong secret,"
                  + " too)");
      case Rcode.NOTAUTH, Rcode.NOTZONE, Rcode.NOTIMP ->
          new RefusedChangeException(
              "update.server", what + "name the server that takes updates of zone " + zone);
      default -> new IOException(what + "see its log for zone " + zone);
    };
  }
}
