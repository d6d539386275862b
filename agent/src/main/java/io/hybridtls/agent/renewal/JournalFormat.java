package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.storage.JsonRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@link JournalEntry} as JSON; what is empty is left out, times are ISO 8601 in UTC. */
final class JournalFormat {

  private JournalFormat() {}

  static String toJson(JournalEntry entry) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    entry.lastAttempt().ifPresent(time -> fields.put("lastAttempt", time.toString()));
    fields.put("failures", entry.failures());
    entry.failure().ifPresent(text -> fields.put("failure", text));
    entry.notBefore().ifPresent(time -> fields.put("notBefore", time.toString()));
    fields.put("demanded", entry.demanded());
    fields.put("misconfigured", entry.misconfigured());
    entry.step().ifPresent(text -> fields.put("step", text));
    entry.pending().ifPresent(number -> fields.put("pending", number));
    return JsonRecord.toText(fields);
  }

  /**
   * @throws IOException when {@code json} is not what {@link #toJson} makes
   */
  static JournalEntry parse(String json) throws IOException {
    Map<String, Object> fields = JsonRecord.parse(json);
    try {
      return new JournalEntry(
          text(fields, "lastAttempt").map(Instant::parse),
          number(fields, "failures").map(Math::toIntExact).orElse(0),
          text(fields, "failure"),
          text(fields, "notBefore").map(Instant::parse),
          Boolean.TRUE.equals(fields.get("demanded")),
          Boolean.TRUE.equals(fields.get("misconfigured")),
          text(fields, "step"),
          number(fields, "pending"));
    } catch (DateTimeException | ArithmeticException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<String> text(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String value ? Optional.of(value) : Optional.empty();
  }

  private static Optional<Long> number(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof Number value
        ? Optional.of(value.longValue())
        : Optional.empty();
  }
}
