package io.hybridtls.agent.demo;

/** Told of each step once it has been shown. */
@FunctionalInterface
public interface DemoReport {

  /**
   * A step succeeded.
   *
   * @param what happened
   * @param proof what shows that it did
   */
  void step(String what, String proof);
}
