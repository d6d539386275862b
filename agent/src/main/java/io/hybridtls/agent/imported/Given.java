package io.hybridtls.agent.imported;

import io.hybridtls.agent.chain.CertificateNames;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

/** The certificates and keys in the files that were given, in the order in which they came. */
record Given(List<GivenCertificate> certificates, List<GivenKey> keys) {

  /**
   * @param place where it stands, as in {@code chain.pem, block 2}
   */
  record GivenCertificate(X509Certificate certificate, String place) {

    /** As in {@code "CN=mail.contoso.example" (chain.pem, block 2)}. */
    String describe() {
      return CertificateNames.subject(certificate) + " (" + place + ")";
    }
  }

  /**
   * @param place where it stands, or who keeps it
   */
  record GivenKey(PrivateKey key, String place) {
    @Override
    public String toString() {
      return "GivenKey[****, " + place + "]";
    }
  }

  Given {
    certificates = List.copyOf(certificates);
    keys = List.copyOf(keys);
  }

  static Given nothing() {
    return new Given(List.of(), List.of());
  }

  Given and(Given other) {
    return new Given(
        Stream.concat(certificates.stream(), other.certificates.stream()).toList(),
        Stream.concat(keys.stream(), other.keys.stream()).toList());
  }
}
