package io.hybridtls.agent.localca;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Which keys of others are certified: those that the agent makes itself, and longer RSA keys. */
final class PeerKeys {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
  private static final Map<ASN1ObjectIdentifier, String> CURVES =
      Map.of(
          X9ObjectIdentifiers.prime256v1, "P-256",
          SECObjectIdentifiers.secp384r1, "P-384");
  private static final String REMEDY =
      "; make one of rsa with " + MIN_RSA_BITS + " bits or more, P-256 or P-384";

  private PeerKeys() {}

  /** What is wrong with the key, and what to make instead; empty when nothing is. */
  static Optional<String> problemOf(PublicKey key, SubjectPublicKeyInfo info) {
    ASN1ObjectIdentifier kind = info.getAlgorithm().getAlgorithm();
    if (key instanceof RSAPublicKey rsa && kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return problemOf(rsa);
    }
    if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      ASN1Encodable curve = info.getAlgorithm().getParameters();
      return curve instanceof ASN1ObjectIdentifier id && CURVES.containsKey(id)
          ? Optional.empty()
          : Optional.of("its key is on a curve (" + curve + ") that is not certified" + REMEDY);
    }
    return Optional.of("its key is of a kind (" + key.getAlgorithm() + ") not certified" + REMEDY);
  }

  private static Optional<String> problemOf(RSAPublicKey rsa) {
    int bits = rsa.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      return Optional.of("its RSA key has " + bits + " bits" + REMEDY);
    }
    BigInteger exponent = rsa.getPublicExponent();
    if (exponent.compareTo(MIN_EXPONENT) < 0 || !exponent.testBit(0)) {
      return Optional.of("its RSA key has the public exponent " + exponent + REMEDY);
    }
    return Optional.empty();
  }
}
