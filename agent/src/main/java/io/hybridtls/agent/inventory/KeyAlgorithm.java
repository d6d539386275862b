package io.hybridtls.agent.inventory;

import io.hybridtls.certstore.model.HeldCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of key a certificate may have; the configuration's names are those of {@link #label}.
 */
public enum KeyAlgorithm {
  RSA_2048("rsa-2048", "RSA", 2048),
  RSA_3072("rsa-3072", "RSA", 3072),
  RSA_4096("rsa-4096", "RSA", 4096),
  EC_P256("ec-p256", "EC", 256),
  EC_P384("ec-p384", "EC", 384);

  private final String label;
  private final String family;
  private final int bits;

  KeyAlgorithm(String label, String family, int bits) {
    this.label = label;
    this.family = family;
    this.bits = bits;
  }

  /** As written in the configuration. */
  public String label() {
    return label;
  }

  /** {@code RSA} or {@code EC}, as {@link java.security.Key#getAlgorithm()} names it. */
  public String family() {
    return family;
  }

  /** Modulus length, or size of the curve's field, in bits. */
  public int bits() {
    return bits;
  }

  /** Makes a new key pair of this kind. Takes up to a second for the longer RSA keys. */
  public KeyPair newKeyPair(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
      if (family.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"), random);
      } else {
        generator.initialize(bits, random);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot make " + label + " keys", e);
    }
  }

  /** Whether {@code key} is of this kind. */
  public boolean isOf(PublicKey key) {
    return family.equals(familyOf(key)) && bitsOf(key) == bits;
  }

  /** {@code EC} also where a provider says {@code ECDSA}. */
  static String familyOf(PublicKey key) {
    return key instanceof ECKey ? "EC" : key.getAlgorithm();
  }

  /** Modulus length or field size; 0 for a kind of key that has neither. */
  static int bitsOf(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return rsa.getModulus().bitLength();
    }
    return key instanceof ECKey ec ? ec.getParams().getCurve().getField().getFieldSize() : 0;
  }

  /**
   * By which of its kinds of key the operator knows {@code certificate}, as written in the
   * configuration; as Java calls it, in lower case, if it is none that can be written there.
   */
  public static String nameOf(HeldCertificate certificate) {
    PublicKey key = certificate.leaf().getPublicKey();
    return Arrays.stream(values())
        .filter(kind -> kind.isOf(key))
        .map(KeyAlgorithm::label)
        .findFirst()
        .orElseGet(() -> key.getAlgorithm().toLowerCase(Locale.ROOT));
  }

  /** As written in the configuration. */
  @Override
  public String toString() {
    return label;
  }

  public static Optional<KeyAlgorithm> ofLabel(String label) {
    return Arrays.stream(values()).filter(a -> a.label.equals(label)).findFirst();
  }
}
