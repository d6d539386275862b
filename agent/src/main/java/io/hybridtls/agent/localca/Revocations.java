package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.Authority.Kind;
import io.hybridtls.agent.localca.IssuedCertificate.Revocation;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.smtp.tls.RevokedCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a private CA takes back: end-entity certificates, and issuing CAs with all that they have
 * signed. It is written down first, then the list that says so is signed. Used by one thread at a
 * time, but for {@link #all}.
 */
final class Revocations {

  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

  private final LocalCaSettings settings;
  private final Authorities authorities;
  private final IssuedLedger ledger;
  private final Publication publication;
  private final InstantSource clock;

  Revocations(
      LocalCaSettings settings,
      Authorities authorities,
      IssuedLedger ledger,
      Publication publication,
      InstantSource clock) {
    this.settings = settings;
    this.authorities = authorities;
    this.ledger = ledger;
    this.publication = publication;
    this.clock = clock;
  }

  /** All that is revoked now; never waits for the disk. */
  Set<RevokedCertificate> all() {
    List<IssuedCertificate> revoked = ledger.revoked();
    return authorities.all().stream()
        .flatMap(
            signer ->
                revoked.stream()
                    .filter(each -> each.isSignedBy(signer.kind(), signer.number()))
                    .map(each -> new RevokedCertificate(subjectOf(signer), each.serial())))
        .collect(Collectors.toUnmodifiableSet());
  }

  RevocationResult revoke(BigInteger serial, RevocationReason reason) throws IOException {
    if (authorities.find(Kind.ROOT, serial).isPresent()) {
      return new RevocationResult.Root(settings.name());
    }
    Optional<Authority> issuing = authorities.find(Kind.ISSUING, serial);
    Optional<IssuedCertificate> issued = ledger.find(serial).or(() -> issuing.map(this::recordOf));
    return issued.isEmpty()
        ? new RevocationResult.NotIssued(serial.toString(16), settings.name())
        : revoke(issued.get(), issuing, reason);
  }

  private RevocationResult revoke(
      IssuedCertificate issued, Optional<Authority> issuing, RevocationReason reason)
      throws IOException {
    if (issued.revocation().isPresent()) {
      Revocation before = issued.revocation().get();
      return new RevocationResult.AlreadyRevoked(before.at(), before.reason());
    }
    if (clock.instant().isAfter(issued.notAfter())) {
      return new RevocationResult.Expired(issued.notAfter());
    }
    ledger.revoke(issued, reason);
    authorities.all().stream()
        .filter(signer -> issued.isSignedBy(signer.kind(), signer.number()))
        .forEach(signer -> publication.listOf(signer).renew());
    LOG.info(
        "local CA {}: revoked {} of {} ({})",
        settings.name(),
        issued.serial().toString(16),
        issued.purpose(),
        reason.label());
    return issuing
        .<RevocationResult>map(authority -> succeeded(authority, reason))
        .orElseGet(() -> new RevocationResult.Revoked(issued.purpose(), reason));
  }

  private RevocationResult succeeded(Authority revoked, RevocationReason reason) {
    List<String> standing =
        ledger.standing(revoked.number()).stream()
            .map(IssuedCertificate::purpose)
            .distinct()
            .toList();
    return new RevocationResult.AuthorityRevoked(revoked.toString(), reason, successor(), standing);
  }

  private String successor() {
    try {
      return authorities.issuingFor(settings.lifetimes().endEntity()) + " signs from now on";
    } catch (StoreException e) {
      LOG.warn("local CA {}: no issuing CA: {}", settings.name(), e.getMessage());
      return "another is made before the next certificate is signed, since now it cannot be: "
          + e.getMessage();
    }
  }

  /** An issuing CA is not in the ledger until it is revoked. */
  private IssuedCertificate recordOf(Authority issuing) {
    X509Certificate certificate = issuing.certificate();
    return new IssuedCertificate(
        certificate.getSerialNumber(),
        Kind.ROOT,
        authorities.rootOf(issuing).number(),
        issuing.toString(),
        List.of(),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        Optional.empty());
  }

  private static X500Principal subjectOf(Authority signer) {
    return signer.certificate().getSubjectX500Principal();
  }
}
