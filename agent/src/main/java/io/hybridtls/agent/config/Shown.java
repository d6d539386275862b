package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;

/**
 * How what somebody wrote is repeated to them: on one line, and not without end. What is left out
 * is in the middle, for what is wrong with it comes last.
 */
final class Shown {

  private static final int MAX_LENGTH = 200;
  private static final int HALF = MAX_LENGTH / 2;

  private Shown() {}

  /** A scalar as it would be written; a list or an object by its kind alone. */
  static String value(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING -> text((String) value.unwrapped());
      case LIST -> "a list";
      case OBJECT -> "an object";
      default -> String.valueOf(value.unwrapped());
    };
  }

  /** {@code text} in quotes. */
  static String text(String text) {
    return "\"" + line(text) + "\"";
  }

  static String line(String text) {
    String printable = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return printable.length() <= MAX_LENGTH
        ? printable
        : printable.substring(0, HALF) + "..." + printable.substring(printable.length() - HALF);
  }
}
