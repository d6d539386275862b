package io.hybridtls.agent.config;

import io.hybridtls.agent.config.AgentConfig.Store;
import io.hybridtls.agent.config.SecretSource.GeneratedFile;
import io.hybridtls.agent.config.SecretSource.Literal;
import java.nio.file.Path;
import java.util.Optional;

/** {@code store}: how certificates are kept. */
final class StoreSection {

  private static final String GENERATED_SECRET = "secret.key";
  private static final int MAX_GENERATIONS = 1_000;

  private StoreSection() {}

  static Optional<Store> read(Section store, Setting<Path> stateDirectory) {
    Setting<Optional<SecretSource>> secret = store.optional("secret", new SecretReader());
    Setting<Integer> keep =
        store.value("keep-generations", Readers.integer(1, MAX_GENERATIONS), "5");
    secret.read().flatMap(source -> source).ifPresent(source -> warnOfLiteral(secret, source));
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

  private static void warnOfLiteral(Setting<?> secret, SecretSource source) {
    if (!(source instanceof Literal)) {
      return;
    }
    secret.doubtful(
        "the secret itself stands in the configuration",
        "write { file = \"...\" }, { env = NAME } or { credential = NAME }");
    Path file = Path.of(secret.location().file());
    if (SecretReader.isReadableByOthers(file)) {
      secret.doubtful(
          "others than its owner can read the file with the secret", "run chmod 600 " + file);
    }
  }
}
