package io.hybridtls.agent.localca;

import io.hybridtls.agent.http.HttpDocument;
import io.hybridtls.agent.http.HttpRoutes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The revocation lists of all authorities, and where they and the authorities' certificates are
 * served. An authority that has been succeeded stays at its URLs, and all stay where they were when
 * the configuration names another place, since certificates name them. Safe for any thread.
 */
final class Publication {

  private static final String CERTIFICATE = "application/pkix-cert";
  private static final String REVOCATION_LIST = "application/pkix-crl";

  private final IssuedLedger ledger;
  private final CrlNumbers numbers;
  private final InstantSource clock;
  private final Map<Signer, Listed> lists = new ConcurrentHashMap<>();
  private final Set<Place> places = new CopyOnWriteArraySet<>();

  /** An authority, whichever reading of the store it comes from. */
  private record Signer(Authority.Kind kind, long number) {
    static Signer of(Authority authority) {
      return new Signer(authority.kind(), authority.number());
    }
  }

  private record Listed(Authority authority, RevocationList list) {}

  private record Place(DistributionPoints points, HttpRoutes routes) {}

  Publication(IssuedLedger ledger, CrlNumbers numbers, InstantSource clock) {
    this.ledger = ledger;
    this.numbers = numbers;
    this.clock = clock;
  }

  /** The list that {@code authority} signs. */
  RevocationList listOf(Authority authority) {
    return listed(authority).list();
  }

  /** Serves what is known, and what will be, from {@code target} at {@code points} as well. */
  void begin(DistributionPoints points, HttpRoutes target) {
    Place place = new Place(points, target);
    places.add(place);
    lists.values().forEach(each -> serve(each, place));
  }

  /** Adds those of {@code authorities} that are not known yet. */
  void add(List<Authority> authorities) {
    for (Authority authority : authorities) {
      if (!lists.containsKey(Signer.of(authority))) {
        Listed added = listed(authority);
        added.list().renew();
        places.forEach(place -> serve(added, place));
      }
    }
  }

  private Listed listed(Authority authority) {
    return lists.computeIfAbsent(
        Signer.of(authority),
        signer ->
            new Listed(
                authority,
                new RevocationList(
                    authority,
                    now -> ledger.listAt(signer.kind(), signer.number(), now),
                    numbers,
                    clock)));
  }

  private static void serve(Listed listed, Place place) {
    Authority authority = listed.authority();
    DistributionPoints points = place.points();
    place
        .routes()
        .serve(
            points.served(points.listPath(authority.kind(), authority.number())),
            new HttpDocument(REVOCATION_LIST, listed.list()::der));
    place
        .routes()
        .serve(
            points.served(points.certificatePath(authority.kind(), authority.number())),
            HttpDocument.of(CERTIFICATE, RootFile.encoded(authority.certificate())));
  }
}
