package io.hybridtls.agent.config;

/**
 * Where a key stands among the others.
 *
 * @param name the last element of {@code path}
 * @param path as in {@code smtp.listeners.mx}; empty for the file itself
 * @param pattern the path with {@code <name>} for the names that the administrator gives
 */
record KeyPath(String name, String path, String pattern) {

  static final KeyPath ROOT = new KeyPath("", "", "");

  /** A key that the code knows. */
  KeyPath child(String key) {
    return new KeyPath(key, join(path, Shown.line(key)), join(pattern, key));
  }

  /** A name that the administrator gives. */
  KeyPath entry(String entry) {
    return new KeyPath(entry, join(path, Shown.line(entry)), join(pattern, "<name>"));
  }

  private static String join(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }
}
