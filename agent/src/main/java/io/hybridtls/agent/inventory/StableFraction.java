package io.hybridtls.agent.inventory;

/**
 * Numbers that are spread like random ones and are yet the same at every look, after every restart
 * and on every node: what must not happen at once is kept apart by them.
 */
public final class StableFraction {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final int DOUBLE_BITS = 53;

  private StableFraction() {}

  /** From 0 up to, and not including, 1; taken from {@code seed} alone. */
  public static double of(String seed) {
    return of(hash(seed), 0);
  }

  /** The same for a seed that has been hashed before, and the {@code n}th number drawn from it. */
  public static double of(long seed, int n) {
    return (mixed(seed + n * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - DOUBLE_BITS))
        * 0x1.0p-53; // as RandomGenerator.nextDouble() does it
  }

  /** FNV-1a, 64 bits. */
  public static long hash(String seed) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < seed.length(); i++) {
      hash = (hash ^ seed.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }

  /** The finalizer of SplitMix64: each bit in changes half of the bits out. */
  private static long mixed(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
