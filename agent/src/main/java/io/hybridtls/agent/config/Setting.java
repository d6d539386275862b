package io.hybridtls.agent.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a section: its value, unless what is written could not be read, and where to
 * report what else is wrong with it.
 *
 * @param location of the value, or of the section when the key is not written
 * @param written whether the key stands in the file, as against its default
 * @param value null when it could not be read; that has been reported
 */
record Setting<T>(
    Section section, String key, Location location, boolean written, @Nullable T value) {

  /** The value; only to be asked for in a section that is sound. */
  T get() {
    if (value == null) {
      throw new IllegalStateException(section.pathOf(key) + " could not be read");
    }
    return value;
  }

  /** The value, if it could be read. */
  Optional<T> read() {
    return Optional.ofNullable(value);
  }

  void wrong(String what, String remedy) {
    section.report(location, key, what, remedy);
  }

  void doubtful(String what, String remedy) {
    section.warn(location, key, what, remedy);
  }

  /** Reports a setting that is written although something else makes it meaningless. */
  void wrongWhenWritten(String what, String remedy) {
    if (written) {
      wrong(what, remedy);
    }
  }
}
