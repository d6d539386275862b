package io.hybridtls.agent.acme.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Asks a server of a zone what it has, past all caches. Blocks. */
@FunctionalInterface
public interface TxtQuery {

  /**
   * The values at {@code name}; none when the server says that there are none.
   *
   * @throws IOException when none of the server's addresses answers, or the answer is an error
   */
  List<String> values(ZoneServer server, Name name) throws IOException;

  /** Asks over UDP and, for what does not fit, TCP; with recursion who may ask others. */
  static TxtQuery direct() {
    return TxtQuery::ask;
  }

  private static List<String> ask(ZoneServer server, Name name) throws IOException {
    IOException last = new IOException("its name does not resolve");
    for (InetSocketAddress address : server.addresses()) {
      try {
        return ask(address, name, server.mayAskOthers());
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private static List<String> ask(InetSocketAddress address, Name name, boolean recursively)
      throws IOException {
    SimpleResolver resolver = new SimpleResolver(address);
    resolver.setTimeout(Duration.ofSeconds(3));
    Message query = Message.newQuery(Record.newRecord(name, Type.TXT, DClass.IN));
    if (!recursively) {
      query.getHeader().unsetFlag(Flags.RD);
    }
    Message answer = resolver.send(query);
    if (answer.getRcode() != Rcode.NOERROR && answer.getRcode() != Rcode.NXDOMAIN) {
      throw new IOException("it answered " + Rcode.string(answer.getRcode()));
    }
    return answer.getSection(Section.ANSWER).stream()
        .filter(TXTRecord.class::isInstance)
        .map(record -> joined((TXTRecord) record))
        .toList();
  }

  /** A long value is cut into strings of 255 octets, which belong together. */
  private static String joined(TXTRecord record) {
    return record.getStringsAsByteArrays().stream()
        .map(part -> new String(part, StandardCharsets.UTF_8))
        .collect(Collectors.joining());
  }
}
