package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/**
 * PKIX path building and validation against one set of roots. What a private CA of ours has revoked
 * is known here, and refused; of other CAs a CRL is fetched where one can be had. Blocks.
 */
final class ChainValidator {

  private final TrustRoots roots;

  ChainValidator(TrustRoots roots) {
    this.roots = roots;
  }

  /** Never throws: what goes wrong is the reason of an {@link PeerIdentity.Unverified}. */
  PeerIdentity validate(List<X509Certificate> presented, TrustSource trust, Instant now) {
    String subject = presented.get(0).getSubjectX500Principal().getName();
    Set<TrustAnchor> anchors = roots.of(trust);
    if (anchors.isEmpty()) {
      return new PeerIdentity.Unverified(subject, "no root is trusted: " + trust + " has none");
    }
    try {
      List<X509Certificate> chain = reparse(presented);
      CertPath path = buildPath(chain, anchors, trust, now);
      Optional<X509Certificate> revoked = revokedOn(path);
      if (revoked.isPresent()) {
        return new PeerIdentity.Unverified(
            subject,
            "\""
                + revoked.get().getSubjectX500Principal().getName()
                + "\" has been revoked by our private CA");
      }
      return new PeerIdentity.Verified(
          subject, namesOf(chain.get(0)), HeldCertificate.permittedRoles(chain.get(0)));
    } catch (GeneralSecurityException | RuntimeException e) {
      return new PeerIdentity.Unverified(subject, reason(e, presented, trust, now));
    }
  }

  /** The TLS library's certificates are views of a buffer; PKIX wants the runtime's own. */
  private static List<X509Certificate> reparse(List<X509Certificate> presented)
      throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (X509Certificate certificate : presented) {
      chain.add(
          (X509Certificate)
              factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
    }
    return chain;
  }

  private Optional<X509Certificate> revokedOn(CertPath path) {
    return path.getCertificates().stream()
        .map(X509Certificate.class::cast)
        .filter(link -> roots.revoked().contains(RevokedCertificate.named(link)))
        .findFirst();
  }

  private static CertPath buildPath(
      List<X509Certificate> chain, Set<TrustAnchor> anchors, TrustSource trust, Instant now)
      throws GeneralSecurityException {
    X509CertSelector leaf = new X509CertSelector();
    leaf.setCertificate(chain.get(0));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
    parameters.setDate(Date.from(now));
    parameters.setRevocationEnabled(false); // the checker below takes its place
    CertPathBuilder builder = CertPathBuilder.getInstance("PKIX");
    if (!(trust instanceof TrustSource.LocalIssuer)) { // whose list is ours
      PKIXRevocationChecker revocation = (PKIXRevocationChecker) builder.getRevocationChecker();
      revocation.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK, Option.SOFT_FAIL));
      parameters.addCertPathChecker(revocation);
    }
    return builder.build(parameters).getCertPath();
  }

  /** The leaf's DNS names; its common name when it has none, as connectors have always allowed. */
  private static Set<DnsName> namesOf(X509Certificate leaf) {
    Set<DnsName> names = HeldCertificate.namesOf(leaf);
    if (!names.isEmpty()) {
      return names;
    }
    try {
      return new LdapName(leaf.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> DnsName.of(rdn.getValue().toString()))
              .findFirst()
              .map(Set::of)
              .orElse(Set.of());
    } catch (InvalidNameException | IllegalArgumentException e) {
      return Set.of();
    }
  }

  private static String reason(
      Exception failure, List<X509Certificate> chain, TrustSource trust, Instant now) {
    if (isRevocation(failure)) {
      return "a certificate of its chain has been revoked";
    }
    for (X509Certificate certificate : chain) {
      String subject = certificate.getSubjectX500Principal().getName();
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        return "\"" + subject + "\" has expired at " + certificate.getNotAfter().toInstant();
      }
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        return "\""
            + subject
            + "\" is not valid yet, until "
            + certificate.getNotBefore().toInstant();
      }
    }
    if (failure instanceof CertPathBuilderException) {
      return "its chain ends at \""
          + chain.get(chain.size() - 1).getIssuerX500Principal().getName()
          + "\", which does not lead to a trusted root (trusted: "
          + trust
          + ")";
    }
    return String.valueOf(failure.getMessage());
  }

  private static boolean isRevocation(Exception failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException invalid
          && invalid.getReason() == BasicReason.REVOKED) {
        return true;
      }
    }
    return false;
  }
}
