package io.hybridtls.smtp.outbound;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** An authoritative DNS server on a UDP port of the loopback, with the records a test gives it. */
final class ZoneResponder implements AutoCloseable {

  private final DatagramSocket socket;
  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<Name, Integer> failures = new ConcurrentHashMap<>();

  ZoneResponder() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "zone-responder");
    thread.setDaemon(true);
    thread.start();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Adds a record in master file form, as in {@code MX 10 mx.example.} */
  void add(String name, int type, String text) throws IOException {
    Name owner = Name.fromString(name, Name.root);
    Record entry = Record.fromString(owner, type, DClass.IN, 300, text, Name.root);
    records.computeIfAbsent(owner, n -> new CopyOnWriteArrayList<>()).add(entry);
  }

  /** Answers every question for {@code name} with {@code rcode}. */
  void fail(String name, int rcode) throws IOException {
    failures.put(Name.fromString(name, Name.root), rcode);
  }

  @Override
  public void close() {
    socket.close();
  }

  private void serve() {
    byte[] buffer = new byte[1_500];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(new Message(packet.getData())).toWire();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private Message answer(Message query) {
    Record question = query.getQuestion();
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    answer.addRecord(question, Section.QUESTION);
    List<Record> known = records.get(question.getName());
    Integer failure = failures.get(question.getName());
    if (failure != null || known == null) {
      answer.getHeader().setRcode(failure == null ? Rcode.NXDOMAIN : failure);
    }
    List<Record> found =
        known == null
            ? List.of()
            : known.stream().filter(r -> r.getType() == question.getType()).toList();
    found.forEach(entry -> answer.addRecord(entry, Section.ANSWER));
    if (found.isEmpty()) {
      answer.addRecord(soa(), Section.AUTHORITY);
    }
    return answer;
  }

  private static Record soa() {
    return new SOARecord(
        Name.root, DClass.IN, 300, Name.root, Name.root, 1, 3_600, 600, 86_400, 300);
  }
}
