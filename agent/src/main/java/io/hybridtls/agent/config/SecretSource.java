package io.hybridtls.agent.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a secret comes from. Holds no secret itself, save for one that stands in the file. */
public sealed interface SecretSource {

  /** Names the directory in which systemd puts the credentials of a unit. */
  String CREDENTIALS_DIRECTORY = "CREDENTIALS_DIRECTORY";

  /** A file that whoever needs the secret makes once, with a random secret, and reads from then. */
  record GeneratedFile(Path file) implements SecretSource {
    @Override
    public Optional<String> read(Map<String, String> environment) {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "the generated file " + file;
    }
  }

  /** A file that the administrator provides, readable by its owner alone. */
  record SecretFile(Path file) implements SecretSource {
    @Override
    public Optional<String> read(Map<String, String> environment) throws IOException {
      return Optional.of(contents(file));
    }

    @Override
    public String toString() {
      return "file " + file;
    }
  }

  /** An environment variable. */
  record EnvironmentVariable(String name) implements SecretSource {
    @Override
    public Optional<String> read(Map<String, String> environment) throws IOException {
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        throw new IOException("environment variable " + name + " is not set; set it to the secret");
      }
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return "environment variable " + name;
    }
  }

  /** A systemd credential ({@code LoadCredential=}, {@code LoadCredentialEncrypted=}). */
  record SystemdCredential(String name) implements SecretSource {
    @Override
    public Optional<String> read(Map<String, String> environment) throws IOException {
      String directory = environment.get(CREDENTIALS_DIRECTORY);
      if (directory == null || directory.isEmpty()) {
        throw new IOException(
            "credential " + name + " is passed by systemd alone; start the agent as its unit");
      }
      return Optional.of(contents(Path.of(directory, name)));
    }

    @Override
    public String toString() {
      return "credential " + name;
    }
  }

  /** The secret itself, in the configuration. */
  record Literal(String secret) implements SecretSource {
    @Override
    public Optional<String> read(Map<String, String> environment) {
      return Optional.of(secret);
    }

    @Override
    public String toString() {
      return "****";
    }
  }

  /**
   * Reads the secret; blocks on I/O.
   *
   * @return empty for {@link GeneratedFile}, which is made and read by whoever needs it
   * @throws IOException when the secret is not there; the message names the place and the remedy,
   *     and never the secret
   */
  Optional<String> read(Map<String, String> environment) throws IOException;

  private static String contents(Path file) throws IOException {
    String secret;
    try {
      secret = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new IOException("secret file " + file + " does not exist; write the secret to it", e);
    } catch (IOException e) {
      throw new IOException(
          "secret file " + file + " cannot be read; make it readable by the agent's user", e);
    }
    if (secret.isEmpty()) {
      throw new IOException("secret file " + file + " is empty; write the secret to it");
    }
    return secret;
  }
}
