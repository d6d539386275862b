package io.hybridtls.smtp.spool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the listeners, each whatever the others do. */
final class ArrivalListeners implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(ArrivalListeners.class);

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  void add(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void run() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        log.error("a listener of the spool failed", e);
      }
    }
  }
}
