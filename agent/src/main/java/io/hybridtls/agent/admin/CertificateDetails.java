package io.hybridtls.agent.admin;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What there is to see in a certificate; its key is not among that. */
final class CertificateDetails {

  private CertificateDetails() {}

  static Map<String, Object> of(HeldCertificate held) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("subject", held.leaf().getSubjectX500Principal().getName());
    shown.put("names", held.names().stream().map(name -> name.value()).toList());
    shown.put("addresses", held.addresses().stream().map(IpAddress::value).toList());
    shown.put("serial", held.serial());
    shown.put("fingerprint", held.fingerprint());
    shown.put("spki-sha256", held.spkiSha256());
    shown.put("key", kind(held.leaf().getPublicKey()));
    shown.put("not-before", held.notBefore().toString());
    shown.put("not-after", held.notAfter().toString());
    shown.put(
        "permitted-roles",
        held.permittedRoles().stream().map(role -> role.name().toLowerCase(Locale.ROOT)).toList());
    shown.put("key-purposes", purposes(held.leaf()));
    shown.put("chain", held.chain().stream().map(CertificateDetails::link).toList());
    return shown;
  }

  private static Map<String, Object> link(X509Certificate certificate) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("subject", certificate.getSubjectX500Principal().getName());
    shown.put("issuer", certificate.getIssuerX500Principal().getName());
    shown.put("not-after", certificate.getNotAfter().toInstant().toString());
    return shown;
  }

  /** By name where they are ours, else by number; none at all means any. */
  private static List<String> purposes(X509Certificate leaf) {
    try {
      return Optional.ofNullable(leaf.getExtendedKeyUsage()).orElse(List.of()).stream()
          .map(CertificateDetails::purpose)
          .toList();
    } catch (CertificateParsingException e) {
      return List.of("(unreadable)");
    }
  }

  private static String purpose(String number) {
    return Arrays.stream(CertificateRole.values())
        .filter(role -> role.keyPurpose().equals(number))
        .map(CertificateRole::keyPurposeName)
        .findFirst()
        .orElse(number);
  }

  private static String kind(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return "RSA " + rsa.getModulus().bitLength();
    }
    return key instanceof ECKey ec
        ? "EC " + ec.getParams().getCurve().getField().getFieldSize()
        : key.getAlgorithm();
  }
}
