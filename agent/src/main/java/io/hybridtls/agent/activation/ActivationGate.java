package io.hybridtls.agent.activation;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.ValidityPeriod;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a generation must be before peers are shown it. Pure: the same inputs give the same answer.
 * That the key belongs to the leaf and the chain is in order needs no look here: a {@link
 * HeldCertificate} cannot be otherwise.
 */
public final class ActivationGate {

  /** A new certificate may end earlier than the live one by this part of its own lifetime. */
  private static final int EARLIER_END_PART = 10;

  /**
   * Judges {@code candidate}, which was issued for {@code spec} and is not yet live: each of its
   * certificates, since each is shown to some peer.
   *
   * @param live what it would replace
   */
  public Verdict check(
      CertificateSpec spec, Generation candidate, Optional<Generation> live, Instant now) {
    List<String> warnings = new ArrayList<>();
    for (HeldCertificate certificate : candidate.certificates()) {
      Optional<HeldCertificate> replaced = live.map(old -> counterpart(certificate, old));
      Optional<String> obstacle =
          flaw(spec, certificate, now).or(() -> lostIssuer(certificate, replaced));
      if (obstacle.isPresent()) {
        return new Verdict.Closed(said(candidate, certificate, obstacle.get()));
      }
      for (String warning : warnings(spec, certificate, replaced)) {
        warnings.add(said(candidate, certificate, warning));
      }
    }
    return new Verdict.Open(warnings);
  }

  /**
   * What is wrong with a generation that was live before the agent stopped. It goes live again
   * whatever is said here: an expired certificate still encrypts for senders that do not look, and
   * no certificate would send their mail in clear text.
   */
  public List<String> problemsOfActive(CertificateSpec spec, Generation active, Instant now) {
    List<String> problems = new ArrayList<>();
    for (HeldCertificate certificate : active.certificates()) {
      Stream.of(validity(certificate, now), names(spec, certificate), serverRole(spec, certificate))
          .flatMap(Optional::stream)
          .forEach(problem -> problems.add(said(active, certificate, problem)));
      for (String warning : warnings(spec, certificate, Optional.empty())) {
        problems.add(said(active, certificate, warning));
      }
    }
    return problems;
  }

  /** The one with the same kind of key, which the same peers were shown; else the first. */
  private static HeldCertificate counterpart(HeldCertificate certificate, Generation live) {
    String kind = KeyAlgorithm.nameOf(certificate);
    return live.certificates().stream()
        .filter(old -> KeyAlgorithm.nameOf(old).equals(kind))
        .findFirst()
        .orElse(live.certificate());
  }

  /** With several certificates, {@code text} says which one it is about. */
  private static String said(Generation generation, HeldCertificate certificate, String text) {
    return generation.certificates().size() == 1
        ? text
        : "its " + KeyAlgorithm.nameOf(certificate) + " certificate: " + text;
  }

  private static Optional<String> flaw(
      CertificateSpec spec, HeldCertificate certificate, Instant now) {
    return validity(certificate, now)
        .or(() -> names(spec, certificate))
        .or(() -> serverRole(spec, certificate))
        .or(() -> CertificateStrength.problemOf(certificate));
  }

  private static Optional<String> validity(HeldCertificate certificate, Instant now) {
    for (X509Certificate link : certificate.chain()) {
      Instant start = link.getNotBefore().toInstant();
      Instant end = link.getNotAfter().toInstant();
      String subject = "\"" + link.getSubjectX500Principal().getName() + "\"";
      if (ValidityPeriod.isAhead(start, now)) {
        return Optional.of(
            subject + " is valid from " + start + " only; check the clock of this machine");
      }
      if (!now.isBefore(end)) {
        return Optional.of(subject + " expired at " + end);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> names(CertificateSpec spec, HeldCertificate certificate) {
    List<Object> missing = new ArrayList<>();
    spec.names().stream().filter(n -> !covers(certificate.names(), n)).forEach(missing::add);
    spec.addresses().stream()
        .filter(address -> !certificate.addresses().contains(address))
        .forEach(missing::add);
    List<Object> held = new ArrayList<>(certificate.names());
    held.addAll(certificate.addresses());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("it does not cover " + missing + ", only " + held);
  }

  /** A wildcard stands for exactly one label (RFC 9525, section 6.3). */
  private static boolean covers(Set<DnsName> held, DnsName wanted) {
    int firstDot = wanted.value().indexOf('.');
    return held.contains(wanted)
        || (firstDot > 0
            && !wanted.isWildcard()
            && held.contains(DnsName.of("*" + wanted.value().substring(firstDot))));
  }

  private static Optional<String> serverRole(CertificateSpec spec, HeldCertificate certificate) {
    return lacks(spec, certificate, CertificateRole.SERVER)
        ? Optional.of(
            "its key purposes do not include serverAuth, and it is configured for the role server")
        : Optional.empty();
  }

  /** The path must come from us: few SMTP peers fetch a missing intermediate. */
  private static Optional<String> lostIssuer(
      HeldCertificate certificate, Optional<HeldCertificate> live) {
    boolean liveHasIssuer = live.filter(now -> now.chain().size() > 1).isPresent();
    return liveHasIssuer && isAlone(certificate)
        ? Optional.of(
            "it came without the certificate of its issuer, which the live one has; peers could"
                + " not build a path to a root")
        : Optional.empty();
  }

  private static List<String> warnings(
      CertificateSpec spec, HeldCertificate certificate, Optional<HeldCertificate> live) {
    List<String> warnings = new ArrayList<>();
    if (lacks(spec, certificate, CertificateRole.CLIENT)) {
      warnings.add(
          "its key purposes do not include clientAuth: peers that insist on it will refuse our"
              + " client certificate; name a certificate that has it in the outbound connectors if"
              + " one does");
    }
    if (isAlone(certificate)) {
      warnings.add(
          "it came without the certificate of its issuer: only peers that trust \""
              + certificate.leaf().getIssuerX500Principal().getName()
              + "\" directly can verify it");
    }
    live.flatMap(old -> earlierEnd(certificate, old)).ifPresent(warnings::add);
    return warnings;
  }

  private static Optional<String> earlierEnd(HeldCertificate certificate, HeldCertificate live) {
    Instant tolerated =
        certificate.notAfter().plus(certificate.lifetime().dividedBy(EARLIER_END_PART));
    return tolerated.isBefore(live.notAfter())
        ? Optional.of(
            "it ends at "
                + certificate.notAfter()
                + ", before the one that it replaces: "
                + live.notAfter())
        : Optional.empty();
  }

  private static boolean lacks(
      CertificateSpec spec, HeldCertificate certificate, CertificateRole role) {
    return spec.roles().contains(role) && !certificate.permittedRoles().contains(role);
  }

  private static boolean isAlone(HeldCertificate certificate) {
    X509Certificate leaf = certificate.leaf();
    return certificate.chain().size() == 1
        && !leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal());
  }
}
