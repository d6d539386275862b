package io.hybridtls.agent.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.hybridtls.agent.config.SecretSource.EnvironmentVariable;
import io.hybridtls.agent.config.SecretSource.Literal;
import io.hybridtls.agent.config.SecretSource.SecretFile;
import io.hybridtls.agent.config.SecretSource.SystemdCredential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Reads where a secret comes from, and sees that it can be had. Never repeats a secret. */
final class SecretReader implements ValueReader<SecretSource> {

  private static final ValueReader<String> NAME = Readers.text("HYBRIDTLS_SECRET");
  private static final String REMEDY =
      "write { file = \"...\" }, { env = NAME } or { credential = NAME }";

  @Override
  public SecretSource read(ConfigValue value, Surroundings around) throws UnreadableValueException {
    if (value.valueType() == ConfigValueType.STRING) {
      return literal(value);
    }
    if (!(value instanceof ConfigObject object) || object.size() != 1) {
      throw new UnreadableValueException(value, "this is not one place of a secret", REMEDY);
    }
    Map.Entry<String, ConfigValue> place = object.entrySet().iterator().next();
    SecretSource source = source(value, place.getKey(), place.getValue(), around);
    requireSecret(place.getValue(), source, around);
    return source;
  }

  private static SecretSource literal(ConfigValue value) throws UnreadableValueException {
    String secret = (String) value.unwrapped();
    if (secret.isBlank()) {
      throw new UnreadableValueException(value, "the secret is empty", REMEDY);
    }
    return new Literal(secret);
  }

  private static SecretSource source(
      ConfigValue whole, String kind, ConfigValue place, Surroundings around)
      throws UnreadableValueException {
    return switch (kind) {
      case "file" -> secretFile(place, around);
      case "env" -> new EnvironmentVariable(name(place, around));
      case "credential" -> new SystemdCredential(name(place, around));
      default ->
          throw new UnreadableValueException(
              whole, Shown.text(kind) + " is not a place of secrets", REMEDY);
    };
  }

  private static String name(ConfigValue place, Surroundings around)
      throws UnreadableValueException {
    String name = NAME.read(place, around);
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
      throw new UnreadableValueException(
          place, Shown.value(place) + " is not a name", "use letters, digits, '_', '.' and '-'");
    }
    return name;
  }

  private static SecretFile secretFile(ConfigValue place, Surroundings around)
      throws UnreadableValueException {
    Path file = FileReaders.path("\"/etc/hybridtls/secret\"").read(place, around);
    FileReaders.requireReadable(place, file);
    if (FileModes.isOpenToOthers(file)) {
      throw new UnreadableValueException(
          place, file + " is open to others than its owner", "run chmod 600 " + file);
    }
    return new SecretFile(file);
  }

  /** A credential can only be looked for where systemd has passed one. */
  private static void requireSecret(ConfigValue place, SecretSource source, Surroundings around)
      throws UnreadableValueException {
    boolean outsideOfUnit = !around.environment().containsKey(SecretSource.CREDENTIALS_DIRECTORY);
    if (source instanceof SystemdCredential && outsideOfUnit) {
      return;
    }
    try {
      source.read(around.environment());
    } catch (IOException e) {
      String[] parts = String.valueOf(e.getMessage()).split("; ", 2);
      throw new UnreadableValueException(place, parts[0], parts.length > 1 ? parts[1] : REMEDY);
    }
  }

  /** Warns of a secret that stands in the file, and so is as open as that. */
  static void warnOfLiteral(Setting<?> secret, SecretSource source) {
    if (!(source instanceof Literal)) {
      return;
    }
    secret.doubtful("the secret itself stands in the configuration", REMEDY);
    Path file = Path.of(secret.location().file());
    if (FileModes.isReadableByOthers(file)) {
      secret.doubtful(
          "others than its owner can read the file with the secret", "run chmod 600 " + file);
    }
  }
}
