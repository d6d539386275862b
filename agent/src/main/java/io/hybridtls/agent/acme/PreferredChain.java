package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceProgress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

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

  /**
   * @param issued with the CA's own chain, which has been downloaded
   */
  List<X509Certificate> choose(Certificate issued, IssuanceProgress progress) {
    List<String> roots = new ArrayList<>();
    for (Certificate each :
        Stream.concat(Stream.of(issued), issued.getAlternateCertificates().stream()).toList()) {
      List<X509Certificate> chain = chainOf(each, progress);
      if (!chain.isEmpty()) {
        if (rootOf(chain).equals(root)) {
          return chain;
        }
        roots.add("\"" + rootOf(chain) + "\"");
      }
    }
    progress.step(
        "taking the CA's own chain, since none leads to \""
            + root
            + "\", only to "
            + String.join(", ", roots));
    return issued.getCertificateChain();
  }

  /**
   * Empty when the CA does not serve it: it is the same certificate, and the other chain will do.
   */
  private static List<X509Certificate> chainOf(Certificate offered, IssuanceProgress progress) {
    try {
      offered.download();
      return offered.getCertificateChain();
    } catch (AcmeException | AcmeProtocolException e) {
      progress.step(
          "passing over the chain at "
              + offered.getLocation()
              + ": "
              + ProblemText.shown(String.valueOf(e.getMessage())));
      return List.of();
    }
  }

  /** The common name of whoever signed the last certificate; empty where it has none. */
  static String rootOf(List<X509Certificate> chain) {
    X500Name issuer =
        X500Name.getInstance(chain.get(chain.size() - 1).getIssuerX500Principal().getEncoded());
    RDN[] names = issuer.getRDNs(BCStyle.CN);
    return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
  }
}
