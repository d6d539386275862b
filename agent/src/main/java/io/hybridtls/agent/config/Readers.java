package io.hybridtls.agent.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.hybridtls.agent.config.UnreadableValueException.Fault;
import io.hybridtls.agent.config.ValueReader.Surroundings;
import io.hybridtls.agent.inventory.Spelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Readers of the kinds of value that every room has: text, numbers, choices, lists. */
final class Readers {

  /** A substitution from the environment gives text, so text with the same letters will do. */
  static final ValueReader<Boolean> BOOLEAN =
      (value, around) ->
          switch (String.valueOf(value.unwrapped())) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new UnreadableValueException(
                    value, Shown.value(value) + " is not a truth value", "write true or false");
          };

  private Readers() {}

  /**
   * Any text at all, save none.
   *
   * @param example as it would be written
   */
  static ValueReader<String> text(String example) {
    return text(example, text -> text);
  }

  /**
   * Text that stands for something.
   *
   * @param example as it would be written
   * @param parse says what is wrong by an {@link IllegalArgumentException}
   */
  static <T> ValueReader<T> text(String example, Function<String, T> parse) {
    return (value, around) -> {
      String remedy = "write for example " + example;
      if (value.valueType() != ConfigValueType.STRING) {
        throw new UnreadableValueException(value, Shown.value(value) + " is not text", remedy);
      }
      String text = (String) value.unwrapped();
      if (text.isBlank()) {
        throw new UnreadableValueException(value, "the value is empty", remedy);
      }
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        throw new UnreadableValueException(
            value, Shown.line(String.valueOf(e.getMessage())), remedy);
      }
    };
  }

  /** A whole number from {@code min} to {@code max}. */
  static ValueReader<Integer> integer(int min, int max) {
    return (value, around) -> {
      boolean scalar =
          value.valueType() == ConfigValueType.NUMBER
              || value.valueType() == ConfigValueType.STRING;
      String text = scalar ? String.valueOf(value.unwrapped()) : "";
      String remedy = "write a number from " + min + " to " + max;
      if (!text.matches("-?[0-9]{1,18}")) {
        throw new UnreadableValueException(
            value, Shown.value(value) + " is not a whole number", remedy);
      }
      long number = Long.parseLong(text);
      if (number < min || number > max) {
        throw new UnreadableValueException(
            value, number + (number < min ? " is too small" : " is too large"), remedy);
      }
      return (int) number;
    };
  }

  /** One of an enum's constants, written in kebab-case. */
  static <E extends Enum<E>> ValueReader<E> choice(Class<E> type) {
    return choice(
        Arrays.asList(type.getEnumConstants()),
        constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static <T> ValueReader<T> choice(List<T> choices, Function<T, String> label) {
    Map<String, T> byLabel = new LinkedHashMap<>();
    choices.forEach(choice -> byLabel.put(label.apply(choice), choice));
    return (value, around) -> {
      T chosen = byLabel.get(String.valueOf(value.unwrapped()));
      if (chosen != null) {
        return chosen;
      }
      String all = String.join(", ", byLabel.keySet());
      String remedy =
          Spelling.nearest(String.valueOf(value.unwrapped()), byLabel.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElse(byLabel.size() == 1 ? "write " + all : "write one of " + all);
      throw new UnreadableValueException(value, Shown.value(value) + " is not known here", remedy);
    };
  }

  /** A list in which nothing is said twice, and which may be empty. */
  static <T> ValueReader<List<T>> listOf(ValueReader<T> element) {
    return (value, around) -> {
      List<T> elements = elements(element, value, around);
      for (int i = 0; i < elements.size(); i++) {
        if (elements.indexOf(elements.get(i)) < i) {
          throw new UnreadableValueException(
              parts(value).get(i),
              shown(parts(value).get(i)) + " is listed twice",
              "remove one of the two");
        }
      }
      return elements;
    };
  }

  private static String shown(ConfigValue element) {
    return Shown.line(String.valueOf(element.unwrapped()));
  }

  /** The same, with one element at least. */
  static <T> ValueReader<List<T>> someOf(ValueReader<T> element) {
    return (value, around) -> notEmpty(value, listOf(element).read(value, around));
  }

  /** A list of one or more in which order counts and values may recur. */
  static <T> ValueReader<List<T>> sequenceOf(ValueReader<T> element) {
    return (value, around) -> notEmpty(value, elements(element, value, around));
  }

  /** A list in which order counts and values may recur, and which may be empty. */
  static <T> ValueReader<List<T>> wordsOf(ValueReader<T> element) {
    return (value, around) -> elements(element, value, around);
  }

  private static <T> List<T> elements(
      ValueReader<T> element, ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    List<T> elements = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    for (ConfigValue part : parts(value)) {
      try {
        elements.add(element.read(part, around));
      } catch (UnreadableValueException e) {
        faults.addAll(e.faults());
      }
    }
    if (!faults.isEmpty()) {
      throw new UnreadableValueException(faults);
    }
    return List.copyOf(elements);
  }

  /** A single value stands for a list of one, so that a variable of the environment can give it. */
  private static List<? extends ConfigValue> parts(ConfigValue value) {
    return value instanceof ConfigList list ? list : List.of(value);
  }

  private static <T> List<T> notEmpty(ConfigValue value, List<T> elements)
      throws UnreadableValueException {
    if (elements.isEmpty()) {
      throw new UnreadableValueException(value, "the list is empty", "list at least one");
    }
    return elements;
  }
}
