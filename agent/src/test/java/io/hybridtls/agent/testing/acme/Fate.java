package io.hybridtls.agent.testing.acme;

import java.util.ArrayList;
import java.util.List;

/**
 * How long a process lives, counted in effects: what it changes on its disk, and what it sends to
 * and hears from its CA. Once dead it changes nothing more, whatever its threads still try. Safe
 * for any thread.
 */
public final class Fate implements Wire {

  private final int last;
  private final List<String> effects = new ArrayList<>();

  private Fate(int last) {
    this.last = last;
  }

  /** Of a process that has {@code number} effects and dies before the next. */
  public static Fate diesAfter(int number) {
    return new Fate(number);
  }

  public static Fate livesOn() {
    return new Fate(Integer.MAX_VALUE);
  }

  /** The process is no more. Nobody catches it, as nobody catches SIGKILL. */
  public static final class Killed extends Error {

    private static final long serialVersionUID = 1L;

    private Killed(String effect) {
      super("killed before: " + effect);
    }
  }

  /** What the process did, and for one that has died, last what it was about to do. */
  public synchronized List<String> effects() {
    return List.copyOf(effects);
  }

  public synchronized boolean isDead() {
    return effects.size() > last;
  }

  /** Notes that {@code effect} is about to happen. */
  synchronized void before(String effect) {
    if (isDead()) {
      throw new Killed(effect);
    }
    effects.add(effect);
    if (isDead()) {
      throw new Killed(effect);
    }
  }

  @Override
  public boolean carriesRequest(RequestKind kind) {
    return survives("sending " + kind);
  }

  @Override
  public boolean carriesReply(RequestKind kind) {
    return survives("hearing of " + kind);
  }

  private synchronized boolean survives(String effect) {
    if (!isDead()) {
      effects.add(effect);
    }
    return !isDead();
  }
}
