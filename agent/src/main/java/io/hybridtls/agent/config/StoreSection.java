package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.config.AgentConfig.Store;
import io.hybridtls.agent.config.SecretSource.GeneratedFile;
import io.hybridtls.agent.config.ValueReader.Surroundings;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code store}: how certificates are kept. */
final class StoreSection {

  private static final String GENERATED_SECRET = "secret.key";
  private static final int MAX_GENERATIONS = 1_000;
  private static final ValueReader<SecretSource> SECRET = new SecretReader();

  private StoreSection() {}

  static Optional<Store> read(Section store, Setting<Path> stateDirectory) {
    Setting<Optional<SecretSource>> secret = store.optional("secret", StoreSection::strong);
    Setting<Integer> keep =
        store.value("keep-generations", Readers.integer(1, MAX_GENERATIONS), "5");
    secret
        .read()
        .flatMap(source -> source)
        .ifPresent(source -> SecretReader.warnOfLiteral(secret, source));
    return stateDirectory
        .read()
        .flatMap(
            directory ->
                store.build(
                    () -> {
                      GeneratedFile generated =
                          new GeneratedFile(directory.resolve(GENERATED_SECRET));
                      return new Store(secret.get().orElse(generated), keep.get());
                    }));
  }

  /** A secret that the store will refuse is told before the start is tried. */
  private static SecretSource strong(ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    SecretSource source = SECRET.read(value, around);
    try {
      Optional<String> secret = source.read(around.environment());
      if (secret.isPresent()) {
        StoreSecret.of(secret.get());
      }
    } catch (StoreException e) {
      String[] parts = String.valueOf(e.getMessage()).split("; ", 2);
      throw new UnreadableValueException(
          value, parts[0].replace("store.secret has ", "this is "), parts[parts.length - 1]);
    } catch (IOException e) {
      return source; // a credential that only the unit has
    }
    return source;
  }
}
