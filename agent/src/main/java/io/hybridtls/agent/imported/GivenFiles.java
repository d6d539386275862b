package io.hybridtls.agent.imported;

import java.util.List;
import java.util.Optional;

/**
 * Finds certificates and keys in files of every usual form: PEM with any blocks in any order, one
 * certificate in DER, PKCS#7, PKCS#12.
 */
final class GivenFiles {

  private static final byte DER_SEQUENCE = 0x30;

  private GivenFiles() {}

  /**
   * Reads all of {@code files}.
   *
   * @param password of the keys and PKCS#12 files that are encrypted
   * @throws UnusableFilesException when one cannot be read, or holds nothing to import
   */
  static Given read(List<GivenFile> files, Optional<Password> password)
      throws UnusableFilesException {
    Given all = Given.nothing();
    for (GivenFile file : files) {
      all = all.and(read(file, password));
    }
    return all;
  }

  private static Given read(GivenFile file, Optional<Password> password)
      throws UnusableFilesException {
    byte[] contents = file.contents();
    if (contents.length == 0) {
      throw new UnusableFilesException(file + " is empty");
    }
    Given found =
        contents[0] == DER_SEQUENCE ? DerFile.read(file, password) : PemFile.read(file, password);
    if (found.certificates().isEmpty() && found.keys().isEmpty()) {
      throw new UnusableFilesException(
          file + " holds neither a certificate nor a key; give PEM, PKCS#12 (PFX) or DER");
    }
    return found;
  }
}
