package io.hybridtls.certstore.model;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Proves by a signature that two halves of a key pair belong together. */
public final class SignatureProof {

  private static final byte[] PROBE = {0x48, 0x54, 0x4c, 0x53};

  private SignatureProof() {}

  /**
   * Whether {@code publicKey} verifies what {@code key} signs.
   *
   * @throws InvalidCertificateException when {@code key} is of a type that is not supported
   */
  public static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws InvalidCertificateException {
    String algorithm = signatureAlgorithm(key);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(PROBE);
      byte[] signature = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // of another type, or too damaged to sign
    }
  }

  private static String signatureAlgorithm(PrivateKey key) throws InvalidCertificateException {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC", "ECDSA" -> "SHA256withECDSA";
      case "Ed25519", "EdDSA" -> "Ed25519";
      default ->
          throw new InvalidCertificateException(
              "keys of type " + key.getAlgorithm() + " are not supported; use RSA or EC");
    };
  }
}
