package io.hybridtls.agent.localca;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** {@code root.pem}: what peers are told to trust, readable by everybody. */
final class RootFile {

  private static final int PEM_LINE = 64;

  private RootFile() {}

  /** Certificates as PEM (RFC 7468), one after the other. */
  static String pem(List<X509Certificate> certificates) {
    return certificates.stream().map(RootFile::pem).collect(Collectors.joining());
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate has an encoding", e);
    }
  }

  /**
   * Writes {@code roots} as {@code root.pem} into {@code directory}.
   *
   * @return the file
   */
  static Path write(Path directory, List<X509Certificate> roots) throws IOException {
    Files.createDirectories(directory);
    Path temporary = Files.createTempFile(directory, "root", ".tmp");
    try {
      Files.writeString(temporary, pem(roots), StandardCharsets.US_ASCII);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
      return Files.move(temporary, directory.resolve("root.pem"), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static String pem(X509Certificate certificate) {
    Base64.Encoder base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    return "-----BEGIN CERTIFICATE-----\n"
        + base64.encodeToString(encoded(certificate))
        + "\n-----END CERTIFICATE-----\n";
  }
}
