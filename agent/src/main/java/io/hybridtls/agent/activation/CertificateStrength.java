package io.hybridtls.agent.activation;

import io.hybridtls.certstore.model.HeldCertificate;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What peers refuse whoever has signed it: weak keys and signatures, keys that may not be used for
 * TLS, and the certificate of a CA (RFC 5280, sections 4.2.1.3 and 4.2.1.9). Pure.
 */
final class CertificateStrength {

  private static final int MIN_RSA_BITS = 2048;
  private static final Set<Integer> CURVE_BITS = Set.of(256, 384);
  private static final int NO_CA = -1;

  private CertificateStrength() {}

  /** What is wrong, with what, and what to get instead; empty when nothing is. */
  static Optional<String> problemOf(HeldCertificate certificate) {
    X509Certificate leaf = certificate.leaf();
    return Stream.of(key(leaf), authority(leaf), usage(leaf), signatures(certificate))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> key(X509Certificate leaf) {
    PublicKey key = leaf.getPublicKey();
    boolean isStrong =
        key instanceof RSAPublicKey rsa
            ? rsa.getModulus().bitLength() >= MIN_RSA_BITS
            : key instanceof ECPublicKey ec
                && CURVE_BITS.contains(ec.getParams().getOrder().bitLength());
    return isStrong
        ? Optional.empty()
        : Optional.of(
            name(leaf)
                + " has "
                + described(key)
                + ", which peers or the TLS library refuse; get one for a key of RSA with "
                + MIN_RSA_BITS
                + " bits or more, EC P-256 or EC P-384");
  }

  private static String described(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      return "an RSA key of " + rsa.getModulus().bitLength() + " bits";
    }
    return key instanceof ECPublicKey ec
        ? "an EC key of " + ec.getParams().getOrder().bitLength() + " bits"
        : "a key of the kind " + key.getAlgorithm();
  }

  /** One that has signed itself is what people make for a try, and OpenSSL says CA:TRUE in it. */
  private static Optional<String> authority(X509Certificate leaf) {
    return leaf.getBasicConstraints() == NO_CA || isSelfIssued(leaf)
        ? Optional.empty()
        : Optional.of(
            name(leaf)
                + " is the certificate of a CA (basicConstraints CA:TRUE), whose key signs others"
                + " and belongs on no listener; get one for a host");
  }

  private static Optional<String> usage(X509Certificate leaf) {
    boolean[] usage = leaf.getKeyUsage();
    return usage == null || usage[0] // digitalSignature
        ? Optional.empty()
        : Optional.of(
            name(leaf)
                + " is for a key that may not sign handshakes; get one whose key usage includes"
                + " digitalSignature");
  }

  /** A root is trusted as it is, not for its signature. */
  private static Optional<String> signatures(HeldCertificate certificate) {
    return certificate.chain().stream()
        .filter(link -> !isSelfIssued(link))
        .filter(link -> isBroken(link.getSigAlgName().toUpperCase(Locale.ROOT)))
        .findFirst()
        .map(
            link ->
                name(link)
                    + " is signed with "
                    + link.getSigAlgName()
                    + ", which peers refuse; get one that is signed with SHA-256");
  }

  private static boolean isBroken(String algorithm) {
    return algorithm.startsWith("SHA1") || algorithm.startsWith("MD");
  }

  private static boolean isSelfIssued(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static String name(X509Certificate certificate) {
    return "\"" + certificate.getSubjectX500Principal().getName() + "\"";
  }
}
