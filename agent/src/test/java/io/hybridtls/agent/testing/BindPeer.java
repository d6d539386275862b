package io.hybridtls.agent.testing;

import static org.awaitility.Awaitility.await;

import io.hybridtls.certstore.testing.PeerProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * A real name server on a free loopback port: BIND, primary of {@code contoso.example} and {@code
 * proofs.example}. The key {@code hybridtls} may change TXT records at and below {@code
 * _acme-challenge.contoso.example}, {@code _acme-challenge.mail.contoso.example} and in {@code
 * proofs.example}; {@code _acme-challenge.delegated.contoso.example} is an alias of {@code
 * delegated.proofs.example}. It follows aliases as resolvers do, and asks nobody else. Guard the
 * test with {@code @RequiresPeer("named")}.
 */
public final class BindPeer implements AutoCloseable {

  /** The secret of the key, in Base64. */
  public static final String SECRET = "c2VjcmV0IHNoYXJlZCB3aXRoIHRoZSBuYW1lIHNlcnZlcg==";

  private static final Duration READY = Duration.ofSeconds(30);

  private final InetSocketAddress address;
  private final Process process;

  private BindPeer(InetSocketAddress address, Process process) {
    this.address = address;
    this.process = process;
  }

  /**
   * Starts the server and waits until it answers.
   *
   * @param folder for its configuration, zones and log
   */
  public static BindPeer start(Path folder) {
    int port = PebblePeer.freePort();
    try {
      Files.writeString(folder.resolve("contoso.zone"), zone("contoso.example", ALIAS));
      Files.writeString(folder.resolve("proofs.zone"), zone("proofs.example", ""));
      Path config = Files.writeString(folder.resolve("named.conf"), config(folder, port));
      Process process =
          new ProcessBuilder(
                  PeerProgram.require("named").toString(),
                  "-g",
                  "-c",
                  config.toString(),
                  "-p",
                  Integer.toString(port))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("named.log").toFile())
              .start();
      BindPeer peer =
          new BindPeer(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), process);
      await("BIND: " + folder).atMost(READY).until(peer::answers);
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String ALIAS = "_acme-challenge.delegated CNAME delegated.proofs.example.\n";

  /** Where it takes questions and updates. */
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    PeerProgram.end(process);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("BIND ended at its start; see named.log");
    }
    SimpleResolver resolver = new SimpleResolver(address);
    resolver.setTimeout(Duration.ofSeconds(1));
    try {
      Name name = Name.fromConstantString("proofs.example.");
      Record question = Record.newRecord(name, Type.SOA, DClass.IN);
      return resolver.send(Message.newQuery(question)).getRcode() == Rcode.NOERROR;
    } catch (IOException e) {
      return false;
    }
  }

  private static String zone(String apex, String more) {
    return """
    $ORIGIN %s.
    $TTL 60
    @ SOA ns1 hostmaster 1 3600 600 86400 60
    @ NS ns1
    ns1 A 127.0.0.1
    mail A 127.0.0.1
    %s\
    """
        .formatted(apex, more);
  }

  private static String config(Path folder, int port) {
    return """
    key "hybridtls" { algorithm hmac-sha256; secret "%2$s"; };
    options {
      directory "%1$s"; pid-file none; session-keyfile "%1$s/session.key";
      listen-on port %3$d { 127.0.0.1; }; listen-on-v6 { none; };
      forward only; forwarders { 127.0.0.1 port 9; }; dnssec-validation no; notify no; allow-transfer { none; };
    };
    controls { };
    zone "contoso.example" { type primary; file "contoso.zone"; update-policy {
      grant hybridtls name _acme-challenge.contoso.example. TXT;
      grant hybridtls name _acme-challenge.mail.contoso.example. TXT;
    }; };
    zone "proofs.example" { type primary; file "proofs.zone"; update-policy {
      grant hybridtls zonesub TXT;
    }; };
    """
        .formatted(folder, SECRET, port);
  }
}
