package io.hybridtls.agent.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param file as it was named when it was read, an included file by its own name
 * @param line from 1; 0 when the problem is with the file as a whole
 * @param key the setting's full path, as in {@code smtp.listeners.mx.address}; empty when there is
 *     none
 * @param what what is wrong
 * @param remedy what to write or do instead
 */
public record ConfigProblem(
    Severity severity, String file, int line, String key, String what, String remedy) {

  /** Whether the agent can go on in spite of it. */
  public enum Severity {
    /** Nothing starts, and on reload nothing changes. */
    ERROR,
    /** The configuration is used; somebody should look. */
    WARNING
  }

  /** {@code file:line: key: what; remedy}, with {@code warning:} before the key of a warning. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (severity == Severity.WARNING) {
      text.append("warning: ");
    }
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    return text.append(what).append("; ").append(remedy).toString();
  }
}
