package io.hybridtls.certstore.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects as they lie in files, which a power cut may have made anything else of. */
public final class JsonRecord {

  private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

  private JsonRecord() {}

  /** The object with {@code fields}, in their order, as a text for people to read, too. */
  public static String toText(Map<String, ?> fields) throws IOException {
    return FORMAT.asString(fields) + "\n";
  }

  /**
   * The fields of the object that {@code json} is.
   *
   * @throws IOException when it is none
   */
  public static Map<String, Object> parse(String json) throws IOException {
    @Nullable Map<String, Object> fields = object(json);
    if (fields == null) {
      throw new IOException("it is null, and no JSON object");
    }
    return fields;
  }

  private static @Nullable Map<String, Object> object(String json) throws IOException {
    try {
      return JSON.std.mapFrom(json);
    } catch (JsonProcessingException e) { // whose own message has a second line, on the parser
      throw new IOException("it is no JSON object: " + e.getOriginalMessage(), e);
    }
  }
}
