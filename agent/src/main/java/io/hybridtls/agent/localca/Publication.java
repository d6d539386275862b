package io.hybridtls.agent.localca;

import io.hybridtls.agent.http.HttpDocument;
import io.hybridtls.agent.http.HttpRoutes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The revocation lists of all authorities, and where they and the authorities' certificates are
 * served. An authority that has been succeeded stays at its URLs, since certificates name them.
 * Safe for any thread.
 */
final class Publication {

  private static final String CERTIFICATE = "application/pkix-cert";
  private static final String REVOCATION_LIST = "application/pkix-crl";

  private final DistributionPoints points;
  private final IssuedLedger ledger;
  private final CrlNumbers numbers;
  private final InstantSource clock;
  private final Map<Authority, RevocationList> lists = new ConcurrentHashMap<>();
  private volatile Optional<HttpRoutes> routes = Optional.empty();

  Publication(
      LocalCaSettings settings, IssuedLedger ledger, CrlNumbers numbers, InstantSource clock) {
    this.points = DistributionPoints.of(settings);
    this.ledger = ledger;
    this.numbers = numbers;
    this.clock = clock;
  }

  /** The list that {@code authority} signs. */
  RevocationList listOf(Authority authority) {
    return lists.computeIfAbsent(
        authority,
        signer ->
            new RevocationList(
                signer, now -> ledger.listAt(signer.kind(), signer.number(), now), numbers, clock));
  }

  /** Serves what is known, and what will be, from {@code target}. */
  void begin(HttpRoutes target) {
    routes = Optional.of(target);
    lists.keySet().forEach(authority -> serve(authority, target));
  }

  /** Adds those of {@code authorities} that are not known yet. */
  void add(List<Authority> authorities) {
    for (Authority authority : authorities) {
      if (!lists.containsKey(authority)) {
        listOf(authority).renew();
        routes.ifPresent(target -> serve(authority, target));
      }
    }
  }

  private void serve(Authority authority, HttpRoutes target) {
    RevocationList list = listOf(authority);
    target.serve(
        points.served(points.listPath(authority.kind(), authority.number())),
        new HttpDocument(REVOCATION_LIST, list::der));
    target.serve(
        points.served(points.certificatePath(authority.kind(), authority.number())),
        HttpDocument.of(CERTIFICATE, RootFile.encoded(authority.certificate())));
  }
}
