package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import java.util.List;

/** A value that is not of the kind its key asks for, with one fault for each wrong part of it. */
final class UnreadableValueException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  UnreadableValueException(List<Fault> faults) {
    super(faults.toString());
    this.faults = List.copyOf(faults);
  }

  UnreadableValueException(ConfigValue at, String what, String remedy) {
    this(List.of(new Fault(at, what, remedy)));
  }

  List<Fault> faults() {
    return faults;
  }

  /**
   * @param at the value, or the element of a list, that is wrong
   */
  record Fault(ConfigValue at, String what, String remedy) {
    @Override
    public String toString() {
      return what + "; " + remedy;
    }
  }
}
