package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Where a name lives: behind which aliases, in which zone, on which servers. Asks a recursive
 * resolver and blocks. Safe for any thread.
 */
public final class ZoneLookup {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_ALIASES = 8;

  private final Resolver resolver;
  private final String resolverName;

  private ZoneLookup(Resolver resolver, String resolverName) {
    this.resolver = resolver;
    this.resolverName = resolverName;
  }

  /** Asks {@code address}, or the system's resolvers when it is empty. */
  public static ZoneLookup by(Optional<InetSocketAddress> address) {
    Resolver resolver = address.<Resolver>map(SimpleResolver::new).orElseGet(ExtendedResolver::new);
    resolver.setTimeout(TIMEOUT);
    return new ZoneLookup(
        resolver,
        address
            .map(ZoneServer::at)
            .map(server -> "dns.resolver " + server.name())
            .orElse("the system's resolver"));
  }

  /**
   * The name that {@code name} is an alias of, at the end of the chain; itself when it is none (RFC
   * 8555, section 8.4, leaves it to the DNS to delegate a challenge).
   */
  public Name follow(Name name) throws IOException {
    Set<Name> seen = new HashSet<>(Set.of(name));
    Name at = name;
    for (int i = 0; i < MAX_ALIASES; i++) {
      Optional<Name> target = alias(at);
      if (target.isEmpty()) {
        return at;
      }
      at = target.get();
      if (!seen.add(at)) {
        throw new IOException("the aliases of " + name + " go in a circle at " + at);
      }
    }
    throw new IOException(name + " is an alias of an alias, more than " + MAX_ALIASES + " deep");
  }

  /**
   * The apex of the zone that {@code name} lies in, whether or not it exists. There are resolvers
   * that do not say where a name that has no SOA record lies (RFC 2308, section 3, asks it of
   * servers alone), and so the names above it are asked for in turn. What is said of an alias is
   * said of the zone that it leads to, and counts for nothing.
   */
  public Name zoneOf(Name name) throws IOException {
    for (int up = 0; up < name.labels() - 1; up++) {
      Optional<Name> apex = apexIn(ask(new Name(name, up), Type.SOA), name);
      if (apex.isPresent()) {
        return apex.get();
      }
    }
    throw new IOException(resolverName + " knows no zone that " + name + " lies in");
  }

  private static Optional<Name> apexIn(Message answer, Name name) {
    if (answer.getSection(Section.ANSWER).stream().anyMatch(CNAMERecord.class::isInstance)) {
      return Optional.empty();
    }
    return Stream.of(Section.ANSWER, Section.AUTHORITY)
        .flatMap(section -> answer.getSection(section).stream())
        .filter(record -> record instanceof SOARecord && name.subdomain(record.getName()))
        .map(Record::getName)
        .findFirst();
  }

  /** The servers of {@code zone}, each with all of its addresses. */
  public List<ZoneServer> serversOf(Name zone, int port) throws IOException {
    List<ZoneServer> servers = new ArrayList<>();
    for (Record record : ask(zone, Type.NS).getSection(Section.ANSWER)) {
      if (record instanceof NSRecord server) {
        servers.add(
            ZoneServer.named(
                server.getTarget().toString(true), addressesOf(server.getTarget(), port)));
      }
    }
    if (servers.isEmpty()) {
      throw new IOException(resolverName + " knows no name server of zone " + zone);
    }
    return servers;
  }

  private Optional<Name> alias(Name name) throws IOException {
    return ask(name, Type.CNAME).getSection(Section.ANSWER).stream()
        .filter(record -> record instanceof CNAMERecord && record.getName().equals(name))
        .map(record -> ((CNAMERecord) record).getTarget())
        .findFirst();
  }

  /** One kind of address will do: there are servers that fail when they are asked for the other. */
  private List<InetSocketAddress> addressesOf(Name host, int port) throws IOException {
    List<InetSocketAddress> addresses = new ArrayList<>();
    Optional<IOException> failure = Optional.empty();
    for (int type : List.of(Type.A, Type.AAAA)) {
      try {
        for (Record record : ask(host, type).getSection(Section.ANSWER)) {
          address(record).ifPresent(found -> addresses.add(new InetSocketAddress(found, port)));
        }
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    if (addresses.isEmpty() && failure.isPresent()) {
      throw failure.get();
    }
    return addresses;
  }

  private static Optional<InetAddress> address(Record record) {
    if (record instanceof ARecord four) {
      return Optional.of(four.getAddress());
    }
    return record instanceof AAAARecord six ? Optional.of(six.getAddress()) : Optional.empty();
  }

  private Message ask(Name name, int type) throws IOException {
    String question = name + " " + Type.string(type);
    Message answer;
    try {
      answer = resolver.send(Message.newQuery(Record.newRecord(name, type, DClass.IN)));
    } catch (IOException e) {
      throw new IOException(resolverName + " did not answer " + question + ": " + Words.of(e), e);
    }
    if (answer.getRcode() != Rcode.NOERROR && answer.getRcode() != Rcode.NXDOMAIN) {
      throw new IOException(
          resolverName + " answered " + Rcode.string(answer.getRcode()) + " to " + question);
    }
    return answer;
  }
}
