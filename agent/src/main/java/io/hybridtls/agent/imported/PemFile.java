package io.hybridtls.agent.imported;

import io.hybridtls.agent.imported.Given.GivenCertificate;
import io.hybridtls.agent.imported.Given.GivenKey;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** The blocks of a PEM file (RFC 7468), in any order, with any text between them. */
final class PemFile {

  /** How text in UTF-16 begins, which editors and shells of Windows write. */
  private static final int BIG_ENDIAN_MARK = 0xfeff;

  private static final int LITTLE_ENDIAN_MARK = 0xfffe;

  private final GivenFile file;
  private final Optional<Password> password;
  private final List<GivenCertificate> certificates = new ArrayList<>();
  private final List<GivenKey> keys = new ArrayList<>();

  private PemFile(GivenFile file, Optional<Password> password) {
    this.file = file;
    this.password = password;
  }

  static Given read(GivenFile file, Optional<Password> password) throws UnusableFilesException {
    PemFile reading = new PemFile(file, password);
    reading.readBlocks();
    return new Given(reading.certificates, reading.keys);
  }

  private void readBlocks() throws UnusableFilesException {
    int number = 0;
    try (PemReader pem = new PemReader(new StringReader(text()))) {
      for (PemObject block = pem.readPemObject(); block != null; block = pem.readPemObject()) {
        number++;
        readBlock(block, file + ", block " + number);
      }
    } catch (IOException | DecoderException e) {
      throw new UnusableFilesException(
          file + ", block " + (number + 1) + " is cut off or damaged: " + e.getMessage(), e);
    }
  }

  /**
   * Blocks begin and end on lines, also behind spaces, a mark or a file without a last line end.
   */
  private String text() {
    byte[] octets = file.contents();
    int mark = octets.length < 2 ? 0 : ((octets[0] & 0xff) << 8) | (octets[1] & 0xff);
    boolean isUtf16 = mark == BIG_ENDIAN_MARK || mark == LITTLE_ENDIAN_MARK;
    return new String(octets, isUtf16 ? StandardCharsets.UTF_16 : StandardCharsets.ISO_8859_1)
        .replaceAll("-----(BEGIN|END) ", "\n$0");
  }

  private void readBlock(PemObject block, String place) throws UnusableFilesException {
    switch (block.getType()) {
      case "CERTIFICATE", "X509 CERTIFICATE" ->
          addAll(List.of(Certificates.ofDer(block.getContent(), place)), place);
      case "PKCS7", "CMS" -> addAll(Certificates.ofPkcs7(block.getContent(), place), place);
      case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY" ->
          keys.add(new GivenKey(PrivateKeys.ofPem(block, place, password), place));
      case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" ->
          throw new UnusableFilesException(
              place + " is a certificate request; give the certificate that the CA made of it");
      case "EC PARAMETERS" -> {} // OpenSSL writes it before a key that names its curve itself
      default ->
          throw new UnusableFilesException(
              place + " is of type " + block.getType() + "; give certificates and private keys");
    }
  }

  private void addAll(List<X509Certificate> found, String place) {
    found.forEach(certificate -> certificates.add(new GivenCertificate(certificate, place)));
  }
}
