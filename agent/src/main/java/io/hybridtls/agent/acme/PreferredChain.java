package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceProgress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.exception.AcmeException;

/**
 * Chooses among the chains that a CA offers (RFC 8555, section 7.4.2) by the root that they lead
 * to. No chain of that root is no reason to go without a certificate.
 */
final class PreferredChain {

  private final String root;

  /**
   * @param root a common name
   */
  PreferredChain(String root) {
    this.root = root;
  }

  List<X509Certificate> choose(Certificate issued, IssuanceProgress progress) throws AcmeException {
    List<Certificate> offered =
        Stream.concat(Stream.of(issued), issued.getAlternateCertificates().stream()).toList();
    for (Certificate each : offered) {
      each.download();
      if (rootOf(each.getCertificateChain()).equals(root)) {
        return each.getCertificateChain();
      }
    }
    progress.step(
        "taking the CA's own chain, since none leads to \""
            + root
            + "\", only to "
            + offered.stream()
                .map(each -> "\"" + rootOf(each.getCertificateChain()) + "\"")
                .collect(Collectors.joining(", ")));
    return issued.getCertificateChain();
  }

  /** The common name of whoever signed the last certificate; empty where it has none. */
  static String rootOf(List<X509Certificate> chain) {
    X500Name issuer =
        X500Name.getInstance(chain.get(chain.size() - 1).getIssuerX500Principal().getEncoded());
    RDN[] names = issuer.getRDNs(BCStyle.CN);
    return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
  }
}
