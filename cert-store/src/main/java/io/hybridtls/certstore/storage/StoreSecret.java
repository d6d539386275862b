package io.hybridtls.certstore.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * What the store's keys are encrypted with. Made once at start from wherever the administrator
 * keeps it; never printed. Immutable; safe for any thread.
 *
 * <p>It is 16 or more printable ASCII characters, so that {@code openssl pkcs12} and {@code
 * keytool} take it in any locale; white space around it is not part of it.
 */
public final class StoreSecret {

  /** Where {@link #generatedIn} keeps what it made. */
  public static final String GENERATED_FILE = "secret.key";

  private static final int MIN_LENGTH = 16;
  private static final int GENERATED_BYTES = 32;
  private static final String HOW_TO_MAKE = "make one with: openssl rand -base64 32";

  private final DerivedKeys keys;

  private StoreSecret(String text) {
    this.keys = new DerivedKeys(text.toCharArray());
  }

  /**
   * Takes the secret itself.
   *
   * @throws StoreException when it is too short, or not printable ASCII
   */
  public static StoreSecret of(String text) throws StoreException {
    return checked(text, "store.secret");
  }

  /**
   * Reads {@code file}, which must be ours and closed to everybody else.
   *
   * @throws StoreException naming the file and the command that mends it
   */
  public static StoreSecret fromFile(Path file) throws StoreException {
    if (!Files.exists(file)) {
      throw new StoreException(
          "store.secret: "
              + file
              + " does not exist; name the file that has the secret, or make a new one with: (umask"
              + " 277; openssl rand -base64 32 > "
              + file
              + ")");
    }
    OwnerOnly.require(file, OwnerOnly.READ_ONLY_FILE);
    return read(file);
  }

  /**
   * Takes the value of {@code variable} in {@code environment}.
   *
   * @throws StoreException when it is not set
   */
  public static StoreSecret fromEnvironment(String variable, Map<String, String> environment)
      throws StoreException {
    String value = environment.get(variable);
    if (value == null) {
      throw new StoreException(
          "store.secret: the environment variable "
              + variable
              + " is not set; set it where the agent is started");
    }
    return checked(value, "the environment variable " + variable);
  }

  /**
   * Reads the systemd credential {@code name} from {@code $CREDENTIALS_DIRECTORY}. Its mode is not
   * looked at: systemd grants the access by ACL, which shows as group permission.
   *
   * @throws StoreException when there is none
   */
  public static StoreSecret fromCredential(String name, Map<String, String> environment)
      throws StoreException {
    Optional<Path> file =
        Optional.ofNullable(environment.get("CREDENTIALS_DIRECTORY"))
            .map(directory -> Path.of(directory, name))
            .filter(Files::exists);
    if (file.isEmpty()) {
      throw new StoreException(
          "store.secret: there is no systemd credential \""
              + name
              + "\"; add LoadCredentialEncrypted="
              + name
              + " to the unit that starts the agent");
    }
    return read(file.get());
  }

  /**
   * The secret kept in {@value #GENERATED_FILE} in {@code directory}, made there (256 bits, mode
   * 0400) when the store is still empty.
   *
   * @throws StoreException when the store has content and its secret is gone
   */
  public static StoreSecret generatedIn(Path directory, SecureRandom random) throws StoreException {
    Path file = directory.resolve(GENERATED_FILE);
    if (Files.exists(file)) {
      return fromFile(file);
    }
    try {
      if (hasContent(directory)) {
        throw new StoreException(
            file
                + " is gone, and without it what "
                + directory
                + " holds cannot be read; restore it from a backup, or set store.secret to the"
                + " secret that the store was written with");
      }
      OwnerOnly.createDirectories(directory);
      AtomicFile.removeLeftovers(directory); // of a secret that a crash has kept from being made
      byte[] bytes = new byte[GENERATED_BYTES];
      random.nextBytes(bytes);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      AtomicFile.write(
          file, (text + "\n").getBytes(StandardCharsets.US_ASCII), OwnerOnly.READ_ONLY_FILE);
      return new StoreSecret(text);
    } catch (IOException e) {
      throw StoreProblems.unwritable(file, e);
    }
  }

  DerivedKeys keys() {
    return keys;
  }

  @Override
  public String toString() {
    return "****";
  }

  private static StoreSecret read(Path file) throws StoreException {
    try {
      return checked(Files.readString(file, StandardCharsets.ISO_8859_1), file.toString());
    } catch (IOException e) {
      throw StoreProblems.unreadable(file, e);
    }
  }

  private static StoreSecret checked(String text, String source) throws StoreException {
    String secret = text.strip();
    if (secret.length() < MIN_LENGTH) {
      throw new StoreException(
          source
              + " has a secret of fewer than "
              + MIN_LENGTH
              + " characters, which can be guessed; "
              + HOW_TO_MAKE);
    }
    if (!secret.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new StoreException(
          source + " has a secret with characters other than printable ASCII; " + HOW_TO_MAKE);
    }
    return new StoreSecret(secret);
  }

  private static boolean hasContent(Path directory) throws IOException {
    for (String part : new String[] {CertificateStores.CERTIFICATES, CertificateStores.KEYS}) {
      Path folder = directory.resolve(part);
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
          if (entries.iterator().hasNext()) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
