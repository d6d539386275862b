package io.hybridtls.smtp.bench;

import io.hybridtls.smtp.server.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The command: starts the servers, measures each kind of work in rounds, one server after the
 * other, and prints the medians.
 */
final class Benchmark {

  private final Options options;
  private final ResultTable results = new ResultTable();

  /**
   * What the command line says, as system properties {@code bench.*}.
   *
   * @param warmUp how long each server does each kind of work before it counts: a server runs for
   *     weeks, and the first seconds of a JVM say little about it
   * @param only keys of the work to measure; empty means all
   * @param serverOptions further options for our server's JVM
   */
  record Options(
      Path folder,
      int rounds,
      Duration warmUp,
      Duration window,
      List<String> only,
      boolean postfix,
      String serverOptions) {

    static Options fromSystemProperties() {
      return new Options(
          Path.of(System.getProperty("bench.folder", "target/bench")).toAbsolutePath().normalize(),
          Integer.getInteger("bench.rounds", 3),
          Duration.ofSeconds(Integer.getInteger("bench.warm-up", 15)),
          Duration.ofSeconds(Integer.getInteger("bench.seconds", 6)),
          Arrays.stream(System.getProperty("bench.only", "").split(",", -1))
              .filter(key -> !key.isBlank())
              .toList(),
          Boolean.parseBoolean(System.getProperty("bench.postfix", "true")),
          System.getProperty("bench.server-options", ""));
    }

    boolean includes(String key) {
      return only.isEmpty() || only.contains(key);
    }
  }

  private Benchmark(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    new Benchmark(Options.fromSystemProperties()).run();
  }

  private void run() throws IOException, InterruptedException, BrokenRunException {
    Cores cores = Cores.divide();
    World world = World.make(options.folder());
    System.out.println(cores.describe());
    try (Transport client = Transport.open(1);
        Sink sink = Sink.open(client, world)) {
      Trial trial = new Trial(client, world, sink);
      List<MailServer> servers = new ArrayList<>();
      try {
        startPostfix(world, cores, sink).ifPresent(servers::add);
        HybridTlsServer ours =
            HybridTlsServer.start(world, cores, sink.port(), options.serverOptions());
        servers.add(ours);
        measure(trial, servers);
        if (options.includes(SwapTrial.KEY)) {
          System.out.println(new SwapTrial(client).run(ours));
        }
      } finally {
        for (MailServer server : servers) {
          server.close();
        }
      }
    }
    results.print(System.out);
  }

  private Optional<MailServer> startPostfix(World world, Cores cores, Sink sink)
      throws IOException, InterruptedException {
    Optional<String> missing =
        options.postfix() ? PostfixServer.whyMissing() : Optional.of("it is not wanted");
    if (missing.isPresent()) {
      System.out.println("without Postfix: " + missing.get());
      return Optional.empty();
    }
    return Optional.of(PostfixServer.start(world, cores, sink.port()));
  }

  private void measure(Trial trial, List<MailServer> servers)
      throws InterruptedException, BrokenRunException {
    for (Work work : Work.values()) {
      if (!options.includes(work.key())) {
        continue;
      }
      for (MailServer server : servers) {
        trial.rate(work, server, options.warmUp());
      }
      for (int round = 1; round <= options.rounds(); round++) {
        for (MailServer server : servers) {
          double rate = trial.rate(work, server, options.window());
          results.add(work, server.name(), rate);
          System.out.printf("%s, round %d: %s %.0f/s%n", work.key(), round, server.name(), rate);
        }
      }
    }
  }
}
