package io.hybridtls.agent.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Answers by UDP on a free loopback port with the records that it has of the name and type that it
 * is asked for, and with the aliases that lead to them. It says no more: it does not name the zone
 * of what is not there, as the stub resolvers of some systems do not.
 */
public final class ScriptedNameServer implements AutoCloseable {

  private static final int MAX_MESSAGE = 4_096;
  private static final long TTL = 60;

  private final List<Record> records;
  private final List<Message> questions = new CopyOnWriteArrayList<>();
  private final DatagramSocket socket;
  private volatile int broken;

  private ScriptedNameServer(List<Record> records, DatagramSocket socket) {
    this.records = records;
    this.socket = socket;
  }

  /**
   * Starts it.
   *
   * @param zone its records, as in a zone file, with names that end in a dot
   */
  public static ScriptedNameServer having(String zone) throws IOException {
    List<Record> records = new CopyOnWriteArrayList<>();
    byte[] text = zone.getBytes(StandardCharsets.US_ASCII);
    Master file = new Master(new ByteArrayInputStream(text), Name.root, TTL);
    for (Record next = file.nextRecord(); next != null; next = file.nextRecord()) {
      records.add(next);
    }
    ScriptedNameServer server =
        new ScriptedNameServer(records, new DatagramSocket(0, InetAddress.getLoopbackAddress()));
    Thread thread = new Thread(server::serve, "name-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  /** Answers SERVFAIL to questions for {@code type} from now on. */
  public void fail(int type) {
    broken = type;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  /** What it was asked so far, in order. */
  public List<Message> questions() {
    return List.copyOf(questions);
  }

  @Override
  public void close() {
    socket.close();
  }

  private void serve() {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_MESSAGE], MAX_MESSAGE);
        socket.receive(packet);
        Message question = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        questions.add(question);
        byte[] answer = answer(question).toWire();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (SocketException e) {
      return; // closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Message answer(Message question) {
    Message answer = new Message(question.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    Record asked = question.getQuestion();
    answer.addRecord(asked, Section.QUESTION);
    if (asked.getType() == broken) {
      answer.getHeader().setRcode(Rcode.SERVFAIL);
      return answer;
    }
    addAnswers(asked.getName(), asked.getType(), answer);
    boolean known = records.stream().anyMatch(each -> each.getName().subdomain(asked.getName()));
    answer.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
    return answer;
  }

  private void addAnswers(Name name, int type, Message answer) {
    for (Record each : records) {
      if (each.getName().equals(name) && each.getType() == type) {
        answer.addRecord(each, Section.ANSWER);
      } else if (each.getName().equals(name) && each instanceof CNAMERecord alias) {
        answer.addRecord(each, Section.ANSWER);
        addAnswers(alias.getTarget(), type, answer);
      }
    }
  }
}
