package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.DnsName;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** Subjects that consist of a common name. */
final class CommonNames {

  /** ub-common-name (RFC 5280, appendix A.1). */
  private static final int MAX_LENGTH = 64;

  private CommonNames() {}

  static X500Name of(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  /** The subject of {@code certificate}, octet for octet, as what it issues must name it. */
  static X500Name subjectOf(X509Certificate certificate) {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  /** The first of {@code names} that a common name can hold; the empty subject when none can. */
  static X500Name firstThatFits(List<DnsName> names) {
    return names.stream()
        .map(DnsName::value)
        .filter(name -> name.length() <= MAX_LENGTH)
        .findFirst()
        .map(CommonNames::of)
        .orElseGet(() -> new X500NameBuilder(BCStyle.INSTANCE).build());
  }
}
