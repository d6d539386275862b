package io.hybridtls.smtp.bench;

import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The certificates of one run, in a folder of its own: one CA, and identities that all parties
 * share, so that both servers do the same cryptography (ECDSA on P-256).
 *
 * @param successors certificates that replace the server's in turn
 */
record World(
    Path folder,
    Path trust,
    Identity server,
    Identity client,
    Identity sink,
    List<Identity> successors) {

  static final String HOSTNAME = "mail.contoso.example";
  static final String SINK_NAME = "sink.cloud.example";
  static final String CLIENT_NAME = "client.contoso.example";

  private static final int SUCCESSORS = 16;

  /** Begins anew in {@code folder}; what an earlier run left there is deleted. */
  static World make(Path folder) throws IOException {
    deleteTree(folder);
    Path identities = Files.createDirectories(folder.resolve("identities"));
    TestCa ca = TestCa.named("Benchmark");
    return new World(
        folder,
        ca.writeRoot(identities.resolve("ca.pem")),
        Identity.write(ca.issue(HOSTNAME), identities.resolve("server.pem")),
        Identity.write(ca.issue(CLIENT_NAME), identities.resolve("client.pem")),
        Identity.write(ca.issue(SINK_NAME), identities.resolve("sink.pem")),
        IntStream.range(0, SUCCESSORS)
            .mapToObj(n -> Identity.write(ca.issue(HOSTNAME), successor(identities, n)))
            .toList());
  }

  static Path trust(Path folder) {
    return folder.resolve("identities/ca.pem");
  }

  /** The server's identity and its successors, as another process finds them. */
  static List<Identity> readServerIdentities(Path folder) throws IOException {
    Path identities = folder.resolve("identities");
    List<Identity> all = new ArrayList<>();
    all.add(Identity.read(identities.resolve("server.pem")));
    for (int n = 0; n < SUCCESSORS; n++) {
      all.add(Identity.read(successor(identities, n)));
    }
    return all;
  }

  private static Path successor(Path identities, int number) {
    return identities.resolve("successor-" + number + ".pem");
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(folder)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
