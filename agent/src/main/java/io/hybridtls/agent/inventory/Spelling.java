package io.hybridtls.agent.inventory;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Spelling {

  /** One edit is forgiven in this many letters, one always, and never more than the maximum. */
  private static final int LETTERS_PER_EDIT = 3;

  private static final int MAX_EDITS = 4;

  /** Letters from which on a beginning is taken to stand for the whole. */
  private static final int MIN_PREFIX = 4;

  private static final int MAX_LENGTH = 100;

  private Spelling() {}

  /**
   * The candidate with the fewest edits to {@code written}; case and separators are no edits, so
   * that {@code TlsSettings} means {@code tls-settings}.
   */
  public static Optional<String> nearest(String written, Collection<String> candidates) {
    if (written.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String folded = fold(written);
    int allowed = Math.min(MAX_EDITS, Math.max(1, folded.length() / LETTERS_PER_EDIT));
    return candidates.stream()
        .filter(candidate -> distance(folded, fold(candidate)) <= allowed)
        .min(
            Comparator.<String>comparingInt(candidate -> distance(folded, fold(candidate)))
                .thenComparing(Comparator.naturalOrder()))
        .or(() -> abbreviated(folded, candidates));
  }

  private static String fold(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
  }

  private static Optional<String> abbreviated(String folded, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> folded.length() >= MIN_PREFIX && fold(candidate).startsWith(folded))
        .min(Comparator.naturalOrder());
  }

  /** Insertions, deletions, substitutions, and neighbours that changed places. */
  private static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : fewest(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int fewest(int[][] edits, String a, String b, int i, int j) {
    int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int oneLetter = 1 + Math.min(edits[i - 1][j], edits[i][j - 1]);
    int fewest = Math.min(oneLetter, edits[i - 1][j - 1] + cost);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
  }
}
