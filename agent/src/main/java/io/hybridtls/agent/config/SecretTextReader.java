package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.secret.SecretText;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads where a secret comes from, for rooms that read the secret itself when they need it. */
final class SecretTextReader implements ValueReader<SecretText> {

  private static final SecretReader PLACE = new SecretReader();

  @Override
  public SecretText read(ConfigValue value, Surroundings around) throws UnreadableValueException {
    return new Placed(PLACE.read(value, around), around.environment());
  }

  /** Warns of a secret that stands in the file. */
  static void warnOfLiteral(Setting<SecretText> secret) {
    if (secret.value() instanceof Placed placed && placed.place instanceof SecretSource.Literal) {
      secret.doubtful(
          "the secret itself stands in the configuration",
          "write { file = \"...\" }, { env = NAME } or { credential = NAME }");
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
