package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.Authority.Kind;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roots and issuing CAs of one private CA, kept as the generations of {@code root} and {@code
 * issuing} in its store, and who of them signs. Each is succeeded before it would cut short what it
 * signs; the old ones are still known. Safe for any thread; blocks on I/O.
 */
final class Authorities {

  private static final Logger LOG = LoggerFactory.getLogger(Authorities.class);

  private final LocalCaSettings settings;
  private final CertificateStore store;
  private final InstantSource clock;
  private final AuthorityMaker maker;
  private final Predicate<X509Certificate> revoked;
  private final List<Authority> roots = new ArrayList<>();
  private final List<Authority> issuing = new ArrayList<>();

  private Authorities(
      LocalCaSettings settings,
      CertificateStore store,
      InstantSource clock,
      SecureRandom random,
      Predicate<X509Certificate> revoked) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.revoked = revoked;
    this.maker = new AuthorityMaker(settings, random);
  }

  /**
   * Reads what the store has, and makes what is missing. What was begun and interrupted is
   * completed: a root without an issuing CA gets one. An issuing CA without its root is an error,
   * because a new root would be one that no peer trusts. What is not valid yet is complete: only
   * who asks for a signature finds out that another must be made, since at a start the clock may
   * not have been set yet.
   *
   * @param revoked which issuing CAs sign no more; does not block
   */
  static Authorities open(
      LocalCaSettings settings,
      CertificateStore store,
      InstantSource clock,
      SecureRandom random,
      Predicate<X509Certificate> revoked)
      throws StoreException {
    Authorities authorities = new Authorities(settings, store, clock, random, revoked);
    authorities.readNew();
    authorities.proveWhole();
    if (authorities.all().stream().allMatch(each -> each.hasBegun(clock.instant()))) {
      authorities.issuingFor(settings.lifetimes().endEntity());
    }
    return authorities;
  }

  /** The roots that peers are to trust, the oldest first. */
  synchronized List<Authority> roots() {
    return roots.stream().filter(this::isUnexpired).toList();
  }

  /** All that there ever were. */
  synchronized List<Authority> all() {
    return Stream.concat(roots.stream(), issuing.stream()).toList();
  }

  /** The one of {@code kind} that has that serial number. */
  Optional<Authority> find(Kind kind, BigInteger serial) {
    return all().stream()
        .filter(authority -> authority.kind() == kind)
        .filter(authority -> authority.certificate().getSerialNumber().equals(serial))
        .findFirst();
  }

  /** The issuing CAs that have not expired, the oldest first. */
  synchronized List<Authority> signing() {
    return issuing.stream().filter(this::isUnexpired).filter(this::isTrusted).toList();
  }

  /** The root that has signed {@code authority}, which may have expired. */
  synchronized Authority rootOf(Authority authority) {
    return roots.stream()
        .filter(root -> root.certificate().equals(authority.root()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no root of " + authority)); // proveWhole
  }

  /** All authorities that were valid after {@code past}. */
  synchronized List<Authority> validAfter(Instant past) {
    return all().stream().filter(authority -> authority.held().notAfter().isAfter(past)).toList();
  }

  /**
   * Who signs a certificate that is to be valid for {@code lifetime}, with a margin: the oldest
   * that can and that has the constraints as configured. Made when there is none.
   *
   * @throws StoreException when a new one is needed at once and cannot be kept
   */
  synchronized Authority issuingFor(Duration lifetime) throws StoreException {
    try {
      readNew(); // what was made under settings that have since been changed
      succeedRoot();
      Optional<Authority> able = able(lifetime.plus(settings.lifetimes().margin()));
      return able.isPresent() ? able.get() : newIssuing(lifetime);
    } catch (StoreException e) {
      Authority last = able(lifetime).orElseThrow(() -> e);
      LOG.warn("local CA {}: {} goes on signing: {}", settings.name(), last, e.getMessage());
      return last;
    }
  }

  private Optional<Authority> able(Duration needed) {
    Instant now = clock.instant();
    return issuing.stream()
        .filter(authority -> authority.covers(now, needed))
        .filter(this::isTrusted)
        .filter(this::isConstrainedAsConfigured)
        .findFirst();
  }

  private boolean isConstrainedAsConfigured(Authority authority) {
    byte[] extension = authority.certificate().getExtensionValue(Extension.nameConstraints.getId());
    byte[] has =
        extension == null ? new byte[0] : ASN1OctetString.getInstance(extension).getOctets();
    return Arrays.equals(has, NameConstraintsExtension.encoded(settings.constraints()));
  }

  private boolean isTrusted(Authority authority) {
    return !revoked.test(authority.certificate());
  }

  private boolean isUnexpired(Authority authority) {
    return authority.outlasts(clock.instant());
  }

  private Authority newIssuing(Duration lifetime) throws StoreException {
    Instant now = clock.instant();
    Duration needed = settings.lifetimes().neededOfRoot(lifetime);
    Authority root =
        roots.stream()
            .filter(each -> each.covers(now, needed))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no root is left to sign")); // succeedRoot
    return keep(Kind.ISSUING, maker.issuing(root, next(Kind.ISSUING), now), issuing);
  }

  /** A new root signs nothing until the old one cannot; until then peers learn to trust it. */
  private void succeedRoot() throws StoreException {
    Instant now = clock.instant();
    Duration needed = settings.lifetimes().successorAt();
    if (roots.stream().noneMatch(root -> root.covers(now, needed))) {
      keep(Kind.ROOT, maker.root(next(Kind.ROOT), now), roots);
    }
  }

  private Authority keep(Kind kind, HeldCertificate made, List<Authority> among)
      throws StoreException {
    String reason = among.isEmpty() ? "the local CA begins" : "its predecessor signs no more";
    Generation kept = store.append(idOf(kind), made, settings.name(), reason);
    store.activate(idOf(kind), kept.number());
    Authority authority = new Authority(kind, kept.number(), made);
    among.add(authority);
    LOG.info("local CA {}: made {}, valid until {}", settings.name(), authority, made.notAfter());
    return authority;
  }

  private void readNew() throws StoreException {
    readNew(Kind.ROOT, roots);
    readNew(Kind.ISSUING, issuing);
  }

  private void readNew(Kind kind, List<Authority> known) throws StoreException {
    for (long number : store.generations(idOf(kind))) {
      if (known.stream().noneMatch(authority -> authority.number() == number)) {
        store
            .find(idOf(kind), number)
            .ifPresent(kept -> known.add(new Authority(kind, number, kept.certificate())));
      }
    }
  }

  private void proveWhole() throws StoreException {
    for (Authority authority : issuing) {
      if (roots.isEmpty()) {
        throw new StoreException(
            "the store of local CA \""
                + settings.name()
                + "\" has an issuing CA and no root; restore \"root\" from a backup, or remove"
                + " \"issuing\" to begin a new CA that peers must be told to trust");
      }
      if (roots.stream().noneMatch(root -> root.certificate().equals(authority.root()))) {
        throw new StoreException(
            "the store of local CA \""
                + settings.name()
                + "\" has an issuing CA that another root signed; restore both from one backup");
      }
    }
  }

  private long next(Kind kind) throws StoreException {
    List<Long> numbers = store.generations(idOf(kind));
    return numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
  }

  static CertificateId idOf(Kind kind) {
    return CertificateId.of(kind.label());
  }
}
