package io.hybridtls.agent.activation;

import io.hybridtls.certstore.model.HeldCertificate;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.util.Set;

/**
 * Keeps a client of the JDK's TLS to the signatures of one kind of key: those that the key makes in
 * TLS 1.3, where each curve goes with one hash (RFC 8446, section 4.2.3), and the TLS 1.2 cipher
 * suites for it.
 */
record SignaturesOf(PublicKey key) implements AlgorithmConstraints {

  static SignaturesOf keyOf(HeldCertificate certificate) {
    return new SignaturesOf(certificate.leaf().getPublicKey());
  }

  /**
   * @param algorithm a signature such as {@code SHA256withECDSA} or {@code RSASSA-PSS}, a cipher
   *     suite, or something that is neither and does not matter here
   */
  @Override
  public boolean permits(
      Set<CryptoPrimitive> primitives, String algorithm, AlgorithmParameters parameters) {
    if (!(key instanceof ECKey curve)) {
      return !algorithm.contains("ECDSA");
    }
    int bits = curve.getParams().getCurve().getField().getFieldSize();
    return !algorithm.contains("RSA")
        && (!algorithm.endsWith("withECDSA") || algorithm.equals("SHA" + bits + "withECDSA"));
  }

  @Override
  public boolean permits(Set<CryptoPrimitive> primitives, Key used) {
    return true;
  }

  @Override
  public boolean permits(
      Set<CryptoPrimitive> primitives, String algorithm, Key used, AlgorithmParameters parameters) {
    return permits(primitives, algorithm, parameters);
  }
}
