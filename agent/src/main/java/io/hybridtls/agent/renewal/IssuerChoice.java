package io.hybridtls.agent.renewal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which of its issuers a certificate is ordered from: the first that can be asked, and the next one
 * when another CA may mend what failed. An issuer that rests is passed over, and is the first
 * choice again when its rest is over. Where all of them rest, those are asked of whom it is not
 * known that they refuse. Pure.
 *
 * @param asked in this order, until one issues
 * @param resting the others, with the reason
 */
public record IssuerChoice(List<String> asked, Map<String, IssuerRest> resting) {

  public IssuerChoice {
    asked = List.copyOf(asked);
    resting = new LinkedHashMap<>(resting);
  }

  /**
   * Chooses among {@code inOrder}.
   *
   * @param rest of an issuer; one that is over at {@code now} is none
   */
  public static IssuerChoice of(
      List<String> inOrder, Function<String, Optional<IssuerRest>> rest, Instant now) {
    Map<String, IssuerRest> resting = new LinkedHashMap<>();
    for (String issuer : inOrder) {
      rest.apply(issuer)
          .filter(known -> now.isBefore(known.until()))
          .ifPresent(known -> resting.put(issuer, known));
    }
    List<String> asked = new ArrayList<>(inOrder);
    asked.removeAll(resting.keySet());
    if (asked.isEmpty()) {
      resting.forEach((issuer, known) -> addUnless(known.binding(), asked, issuer));
      asked.forEach(resting::remove);
    }
    return new IssuerChoice(asked, resting);
  }

  private static void addUnless(boolean binding, List<String> asked, String issuer) {
    if (!binding) {
      asked.add(issuer);
    }
  }
}
