package io.hybridtls.agent.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An answer of the agent, read with care: it may be of another version than the command line. */
record JsonObject(Map<?, ?> values) {

  /** Empty when there is none. */
  Optional<String> find(String key) {
    return Optional.ofNullable(values.get(key)).map(String::valueOf);
  }

  /** "?" when there is none. */
  String text(String key) {
    return find(key).orElse("?");
  }

  boolean isTrue(String key) {
    return Boolean.TRUE.equals(values.get(key));
  }

  long number(String key) {
    return values.get(key) instanceof Number number ? number.longValue() : 0;
  }

  /** Empty when there is none, or one that is not ISO 8601. */
  Optional<Instant> time(String key) {
    try {
      return find(key).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  Optional<JsonObject> object(String key) {
    return values.get(key) instanceof Map<?, ?> map
        ? Optional.of(new JsonObject(map))
        : Optional.empty();
  }

  List<JsonObject> objects(String key) {
    return elements(key)
        .flatMap(value -> value instanceof Map<?, ?> map ? Stream.of(map) : Stream.empty())
        .map(JsonObject::new)
        .toList();
  }

  List<String> texts(String key) {
    return elements(key).map(String::valueOf).toList();
  }

  private Stream<?> elements(String key) {
    return values.get(key) instanceof List<?> list ? list.stream() : Stream.empty();
  }
}
