package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.localca.CertificateTemplate.Validity;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.operator.OperatorCreationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the root and the issuing CA in the store, or makes them. What was begun and interrupted is
 * completed: a root without an issuing CA gets one. An issuing CA without its root stays as it is
 * and is an error, because a new root would be one that no peer trusts.
 */
final class AuthorityMaker {

  static final CertificateId ROOT = CertificateId.of("root");
  static final CertificateId ISSUING = CertificateId.of("issuing");

  private static final Logger LOG = LoggerFactory.getLogger(AuthorityMaker.class);
  private static final Period ROOT_LIFETIME = Period.ofYears(10);
  private static final Period ISSUING_LIFETIME = Period.ofYears(5);

  private final LocalCaSettings settings;
  private final CertificateStore store;
  private final InstantSource clock;
  private final SecureRandom random;

  AuthorityMaker(
      LocalCaSettings settings, CertificateStore store, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  Authorities findOrMake() throws StoreException {
    Optional<HeldCertificate> keptRoot = find(ROOT);
    Optional<HeldCertificate> keptIssuing = find(ISSUING);
    if (keptIssuing.isPresent() && keptRoot.isEmpty()) {
      throw new StoreException(
          "the store of local CA \""
              + settings.name()
              + "\" has an issuing CA and no root; restore \"root\" from a backup, or remove"
              + " \"issuing\" to begin a new CA that peers must be told to trust");
    }
    try {
      HeldCertificate root = keptRoot.isPresent() ? keptRoot.get() : keep(ROOT, newRoot());
      HeldCertificate issuing =
          keptIssuing.isPresent() ? keptIssuing.get() : keep(ISSUING, newIssuing(root));
      return proved(root, issuing);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException("the local CA could not be made", e);
    }
  }

  private Authorities proved(HeldCertificate root, HeldCertificate issuing) throws StoreException {
    List<X509Certificate> chain = issuing.chain();
    if (!chain.get(chain.size() - 1).equals(root.leaf())) {
      throw new StoreException(
          "the store of local CA \""
              + settings.name()
              + "\" has an issuing CA that another root signed; restore both from one backup");
    }
    return new Authorities(root, issuing);
  }

  /** The active generation; or the newest, when a crash came between its storing and activation. */
  private Optional<HeldCertificate> find(CertificateId id) throws StoreException {
    Optional<Generation> active = store.active(id);
    List<Long> numbers = store.generations(id);
    if (active.isEmpty() && !numbers.isEmpty()) {
      store.activate(id, numbers.get(numbers.size() - 1));
      active = store.active(id);
    }
    return active.map(Generation::certificate);
  }

  private HeldCertificate keep(CertificateId id, HeldCertificate made) throws StoreException {
    Generation kept = store.append(id, made, settings.name(), "the local CA begins");
    store.activate(id, kept.number());
    LOG.info(
        "local CA {}: made {}, valid until {}",
        settings.name(),
        made.leaf().getSubjectX500Principal(),
        made.notAfter());
    return made;
  }

  private HeldCertificate newRoot()
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    KeyPair keys = KeyAlgorithm.EC_P384.newKeyPair(random);
    X500Name subject = CommonNames.of(settings.commonName() + " Root CA");
    X509Certificate certificate =
        begin(subject, subject, keys, ROOT_LIFETIME).authority(1).sign(keys.getPrivate());
    return HeldCertificate.of(keys.getPrivate(), List.of(certificate));
  }

  private HeldCertificate newIssuing(HeldCertificate root)
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    KeyPair keys = KeyAlgorithm.EC_P384.newKeyPair(random);
    X500Name subject = CommonNames.of(settings.commonName() + " Issuing CA");
    DistributionPoints points = DistributionPoints.of(settings);
    X509Certificate certificate =
        begin(CommonNames.subjectOf(root.leaf()), subject, keys, ISSUING_LIFETIME)
            .authority(0)
            .issuedBy(root.leaf())
            .revocationsAt(points.url(points.rootListPath()))
            .issuerAt(points.url(points.rootCertificatePath()))
            .sign(root.key());
    return HeldCertificate.of(keys.getPrivate(), List.of(certificate, root.leaf()));
  }

  private CertificateTemplate begin(
      X500Name issuer, X500Name subject, KeyPair keys, Period lifetime)
      throws GeneralSecurityException, CertIOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Validity validity =
        new Validity(
            now.minus(LocalCaIssuer.BACKDATING),
            now.atZone(ZoneOffset.UTC).plus(lifetime).toInstant());
    return new CertificateTemplate(
        issuer, subject, keys.getPublic(), new SerialNumbers(random).next(), validity);
  }
}
