package io.hybridtls.agent.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings that were asked for while a file was read: what the code knows, by its own word. */
final class KeyCatalog {

  /** Stands for a default where there is none and the key must be written. */
  static final String REQUIRED = "(required)";

  /** Stands for a default where leaving the key out is a choice of its own. */
  static final String ABSENT = "null";

  private final Map<String, Known> known = new LinkedHashMap<>();

  /**
   * A setting.
   *
   * @param path as in {@code smtp.listeners.mx.tls}
   * @param pattern the same with {@code <name>} for the names that the administrator gives
   * @param byDefault as it would be written, {@link #ABSENT} or {@link #REQUIRED}
   */
  record Known(String path, String pattern, String byDefault) {
    String key() {
      return path.substring(path.lastIndexOf('.') + 1);
    }
  }

  void add(Known setting) {
    known.put(setting.path(), setting);
  }

  /**
   * The one setting with a fixed place that is called {@code key}; empty if several are, or none.
   */
  Optional<String> pathTo(String key) {
    List<String> paths =
        known.values().stream()
            .filter(setting -> setting.key().equals(key))
            .map(Known::pattern)
            .filter(pattern -> pattern.indexOf('<') < 0)
            .toList();
    return paths.size() == 1 ? Optional.of(paths.get(0)) : Optional.empty();
  }

  Collection<Known> all() {
    return List.copyOf(known.values());
  }
}
