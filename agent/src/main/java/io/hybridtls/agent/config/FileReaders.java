package io.hybridtls.agent.config;

import com.typesafe.config.ConfigValue;
import io.hybridtls.agent.config.ValueReader.Surroundings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Readers of paths, relative ones taken from the configuration file's folder. */
final class FileReaders {

  /** A file with CA certificates; one that cannot be used is a problem now, not at a handshake. */
  static final ValueReader<Path> CA_FILE = FileReaders::caFile;

  /** The place of a Unix socket. */
  static final ValueReader<Path> SOCKET = FileReaders::socket;

  /** What Java lets into a {@code sockaddr_un}, which has room for one more and the final NUL. */
  private static final int MAX_SOCKET_PATH = 106;

  private FileReaders() {}

  /**
   * A place that need not exist yet.
   *
   * @param example as it would be written
   */
  static ValueReader<Path> path(String example) {
    return (value, around) -> path(example, value, around);
  }

  private static Path path(String example, ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    String text = Readers.text(example).read(value, around);
    try {
      return around.folder().resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw new UnreadableValueException(
          value, Shown.value(value) + " is not a path", "write for example " + example);
    }
  }

  private static Path socket(ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    Path path = path("\"/run/hybridtls/admin.sock\"", value, around);
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH) {
      throw new UnreadableValueException(
          value,
          path + " has " + length + " bytes, more than a Unix socket's path may have",
          "write one of at most " + MAX_SOCKET_PATH);
    }
    return path;
  }

  private static Path caFile(ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    Path file = path("\"/etc/hybridtls/ca.pem\"", value, around);
    requireReadable(value, file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        throw new CertificateException("no certificate");
      }
      return file;
    } catch (IOException | CertificateException e) {
      throw new UnreadableValueException(
          value,
          file + " does not hold CA certificates",
          "put them there in PEM, -----BEGIN CERTIFICATE----- and so on");
    }
  }

  /** Checks that {@code file} is there and can be read. */
  static void requireReadable(ConfigValue value, Path file) throws UnreadableValueException {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableValueException(
          value,
          Files.exists(file) ? file + " is not a file" : "there is no file " + file,
          "write it, or name another");
    }
    if (!Files.isReadable(file)) {
      throw new UnreadableValueException(
          value, file + " cannot be read", "run chmod u+r " + file + " as its owner");
    }
  }
}
