package io.hybridtls.certstore.storage;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The keys that follow from a password. Derivation is slow on purpose, so each is derived once in a
 * process, and all files of a store share the salt of the first one read: ten thousand certificates
 * load with one derivation. A salt keeps apart stores of the same password, which that still does;
 * what keeps apart files of one key is the fresh initialization vector of each encryption.
 */
final class DerivedKeys {

  /**
   * What new files are written with; files written with another count are read as well. The
   * generated secret has 256 bits, which no count makes safer; this one slows down guessing a
   * passphrase and costs the start some 40 ms.
   */
  static final int ITERATIONS = 20_000;

  /** A count above this is a damaged file, not a careful writer. */
  private static final int MAX_ITERATIONS = 10_000_000;

  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;

  private final char[] password;
  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<byte @Nullable []> salt = new AtomicReference<>();
  private final ConcurrentMap<Derivation, byte[]> derived = new ConcurrentHashMap<>();

  DerivedKeys(char[] password) {
    this.password = password.clone();
  }

  /** The salt to write with. */
  byte[] salt() {
    return adopted(randomBytes(SALT_BYTES)).clone();
  }

  byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** PBKDF2 with HMAC-SHA256 (RFC 8018, section 5.2); 256 bits. */
  byte[] encryptionKey(byte[] salt, int iterations) {
    return derive(Purpose.ENCRYPTION, salt, iterations);
  }

  /** The MAC key of a PKCS#12 file with SHA-256 (RFC 7292, appendix B); 256 bits. */
  byte[] macKey(byte[] salt, int iterations) {
    return derive(Purpose.MAC, salt, iterations);
  }

  /** The salt of this process: {@code candidate} if there was none before. */
  private byte[] adopted(byte[] candidate) {
    byte[] before = salt.compareAndExchange(null, candidate);
    return before == null ? candidate : before;
  }

  private byte[] derive(Purpose purpose, byte[] salt, int iterations) {
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException(iterations + " iterations");
    }
    if (salt.length == SALT_BYTES && iterations == ITERATIONS) {
      adopted(salt.clone());
    }
    Derivation derivation = new Derivation(purpose, HexFormat.of().formatHex(salt), iterations);
    return derived
        .computeIfAbsent(
            derivation,
            key -> purpose == Purpose.MAC ? pkcs12(salt, iterations) : pbkdf2(salt, iterations))
        .clone();
  }

  private byte[] pbkdf2(byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, KEY_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }

  private byte[] pkcs12(byte[] salt, int iterations) {
    PKCS12ParametersGenerator generator = new PKCS12ParametersGenerator(new SHA256Digest());
    generator.init(PBEParametersGenerator.PKCS12PasswordToBytes(password), salt, iterations);
    return ((KeyParameter) generator.generateDerivedMacParameters(KEY_BITS)).getKey();
  }

  private enum Purpose {
    ENCRYPTION,
    MAC
  }

  private record Derivation(Purpose purpose, String salt, int iterations) {}
}
