package io.hybridtls.agent.testing;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link PebblePeer} is run.
 *
 * @param program {@code pebble}, or {@code pebble-newest} for what Debian's does not have
 * @param httpPort where it looks for http-01 answers
 * @param tlsPort where it looks for tls-alpn-01 answers
 * @param resolver what it asks; a server for which every name is 127.0.0.1 when empty
 * @param more members of its configuration, as JSON, each with a comma at its end
 * @param alternates chains besides the first
 */
public record PebbleOptions(
    String program,
    int httpPort,
    int tlsPort,
    Optional<InetSocketAddress> resolver,
    String more,
    int alternates) {

  private static final String NEWEST = "pebble-newest";

  /** Debian's Pebble, for http-01. */
  public static PebbleOptions http(int port) {
    return new PebbleOptions("pebble", port, PebblePeer.freePort(), Optional.empty(), "", 0);
  }

  public PebbleOptions withTlsPort(int port) {
    return new PebbleOptions(program, httpPort, port, resolver, more, alternates);
  }

  public PebbleOptions withResolver(InetSocketAddress server) {
    return new PebbleOptions(program, httpPort, tlsPort, Optional.of(server), more, alternates);
  }

  public PebbleOptions withAlternates(int number) {
    return new PebbleOptions(program, httpPort, tlsPort, resolver, more, number);
  }

  public PebbleOptions with(String members) {
    return new PebbleOptions(program, httpPort, tlsPort, resolver, more + members, alternates);
  }

  /** The newest Pebble, with ARI, profiles, dns-account-01 and dns-persist-01. */
  public PebbleOptions newest() {
    return new PebbleOptions(NEWEST, httpPort, tlsPort, resolver, more, alternates);
  }

  /** The name server that comes with it. */
  String dnsProgram() {
    return isNewest() ? "pebble-challtestsrv-newest" : "pebble-challtestsrv";
  }

  /** Options that let the name server answer at {@code address}, and nowhere else. */
  List<String> dnsAt(String address) {
    return isNewest() ? List.of("-dnsserver", address, "-doh", "") : List.of("-dns01", address);
  }

  private boolean isNewest() {
    return program.equals(NEWEST);
  }

  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PEBBLE_VA_NOSLEEP", "1");
    environment.put(
        "PEBBLE_AUTHZREUSE", "0"); // else half of the proofs, by chance, are not asked for
    environment.put("PEBBLE_WFE_NONCEREJECT", "20");
    environment.put("PEBBLE_ALTERNATE_ROOTS", Integer.toString(alternates));
    return environment;
  }

  String config(Path folder, int directoryPort, int managementPort) {
    return """
    {"pebble": {
      %s
      "listenAddress": "127.0.0.1:%d",
      "managementListenAddress": "127.0.0.1:%d",
      "certificate": "%s",
      "privateKey": "%s",
      "httpPort": %d,
      "tlsPort": %d
    }}
    """
        .formatted(
            more,
            directoryPort,
            managementPort,
            folder.resolve("server.pem"),
            folder.resolve("server.key"),
            httpPort,
            tlsPort);
  }
}
