package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.secret.SecretText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads where a secret comes from, for rooms that read the secret itself when they need it. */
final class SecretTextReader implements ValueReader<SecretText> {

  private static final SecretReader PLACE = new SecretReader();

  @Override
  public SecretText read(ConfigValue value, Surroundings around) throws UnreadableValueException {
    return new Placed(PLACE.read(value, around), around.environment());
  }

  /** Warns of a secret that stands in the file. */
  static void warnOfLiteral(Setting<SecretText> secret) {
    if (secret.value() instanceof Placed placed) {
      SecretReader.warnOfLiteral(secret, placed.place);
    }
  }

  /**
   * Sees that a secret is Base64 (RFC 4648, sections 4 and 5).
   *
   * @param decoder throws {@link IllegalArgumentException} when it is not
   */
  static void requireBase64(
      Setting<SecretText> secret, Function<String, byte[]> decoder, String remedy) {
    secret
        .read()
        .filter(text -> !isBase64(text, decoder))
        .ifPresent(text -> secret.wrong("the secret is not Base64", remedy));
  }

  /** What cannot be read here, such as a credential of another unit, is not judged. */
  private static boolean isBase64(SecretText secret, Function<String, byte[]> decoder) {
    try {
      return decoder.apply(secret.read()).length > 0;
    } catch (IOException e) {
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The same, of a secret that may be left out. */
  static void warnOfOptionalLiteral(Setting<Optional<SecretText>> secret) {
    secret
        .read()
        .flatMap(written -> written)
        .ifPresent(
            text ->
                warnOfLiteral(
                    new Setting<>(secret.section(), secret.key(), secret.location(), true, text)));
  }

  private record Placed(SecretSource place, Map<String, String> environment) implements SecretText {

    @Override
    public String read() throws IOException {
      return place
          .read(environment)
          .orElseThrow(() -> new IOException(place + " is not made for this"));
    }

    /** The environment may hold secrets of others. */
    @Override
    public String toString() {
      return place.toString();
    }
  }
}
