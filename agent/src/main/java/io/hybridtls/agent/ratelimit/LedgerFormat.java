package io.hybridtls.agent.ratelimit;

import com.fasterxml.jackson.jr.ob.JSON;
import io.hybridtls.agent.ratelimit.LedgerEvent.Kind;
import io.hybridtls.certstore.storage.JsonRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link LedgerEvent} as one line of JSON; times are ISO 8601 in UTC. */
final class LedgerFormat {

  private LedgerFormat() {}

  static String toJson(LedgerEvent event) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
    fields.put("account", event.account());
    fields.put("names", event.names());
    fields.put("at", event.at().toString());
    fields.put("order", event.order().toString());
    return JSON.std.asString(fields);
  }

  /**
   * @throws IOException when {@code line} is not what {@link #toJson} makes
   */
  static LedgerEvent parse(String line) throws IOException {
    Map<String, Object> fields = JsonRecord.parse(line);
    try {
      return new LedgerEvent(
          Kind.valueOf(text(fields, "kind").toUpperCase(Locale.ROOT)),
          text(fields, "account"),
          names(fields),
          Instant.parse(text(fields, "at")),
          Instant.parse(text(fields, "order")));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String value) {
      return value;
    }
    throw new IllegalArgumentException("it has no \"" + name + "\"");
  }

  private static List<String> names(Map<String, Object> fields) {
    if (fields.get("names") instanceof List<?> names) {
      return names.stream().map(String::valueOf).toList();
    }
    throw new IllegalArgumentException("it has no \"names\"");
  }
}
