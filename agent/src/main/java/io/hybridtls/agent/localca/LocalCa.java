package io.hybridtls.agent.localca;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.smtp.tls.RevokedCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private CA: a root that signs nothing but issuing CAs and its own revocation list, and the
 * issuing CA that signs end-entity certificates. They are made as they are needed, kept in a
 * certificate store that belongs to this CA alone, and succeeded in good time. Safe for any thread;
 * all that signs blocks on I/O.
 */
public final class LocalCa {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCa.class);

  private final LocalCaSettings settings;
  private final CaState state;
  private final Authorities authorities;
  private final Revocations revocations;
  private final EndEntitySigner signer;
  private volatile Runnable news = () -> {};
  private List<X509Certificate> written = List.of();

  private LocalCa(LocalCaSettings settings, CaState state) throws StoreException {
    this.settings = settings;
    this.state = state;
    this.authorities =
        Authorities.open(
            settings, state.store(), state.clock(), state.random(), state.ledger()::isRevoked);
    this.revocations =
        new Revocations(settings, authorities, state.ledger(), state.publication(), state.clock());
    this.signer = new EndEntitySigner(settings, state.ledger(), state.clock(), state.random());
  }

  /**
   * Opens the CA kept in {@code store}, under the ids {@code root} and {@code issuing}; makes what
   * is not there yet.
   *
   * @param directory where the CA keeps which certificates it has signed, and writes {@code
   *     root.pem}
   * @throws StoreException when either fails, or the store holds half a CA that cannot be completed
   */
  public static LocalCa open(
      LocalCaSettings settings,
      CertificateStore store,
      Path directory,
      InstantSource clock,
      SecureRandom random)
      throws StoreException {
    return announced(settings, CaState.open(store, directory, clock, random));
  }

  /**
   * The same CA under other settings of its name. Both may be used at once, as long as something
   * that began with this one goes on: each knows what the other signs and revokes. What is served
   * stays where it is, until {@link #publishTo} adds the place that {@code changed} names.
   *
   * @throws StoreException when the settings ask for another authority that cannot be made
   */
  public LocalCa under(LocalCaSettings changed) throws StoreException {
    return announced(changed, state);
  }

  private static LocalCa announced(LocalCaSettings settings, CaState state) throws StoreException {
    LocalCa ca = new LocalCa(settings, state);
    try {
      ca.announce();
    } catch (IOException e) {
      throw new StoreException(
          state.directory().resolve("root.pem") + " cannot be written: " + e.getMessage(), e);
    }
    return ca;
  }

  /**
   * What peers are told to trust, the oldest first: the root, and in good time its successor, which
   * signs nothing until the old one cannot.
   */
  public List<X509Certificate> roots() {
    return authorities.roots().stream().map(Authority::certificate).toList();
  }

  /** The roots as PEM (RFC 7468). */
  public String rootPem() {
    return RootFile.pem(roots());
  }

  /** What an operator should know about the roots; empty when there is nothing. */
  public Optional<String> notice() {
    Path file = state.directory().resolve("root.pem");
    return new RootNotice(authorities.roots(), settings.lifetimes(), file)
        .at(state.clock().instant());
  }

  /** Whoever signs with the issuing CA's key. */
  public CertificateIssuer issuer() {
    return new LocalCaIssuer(settings, this::authorityFor, signer);
  }

  /**
   * Signs a certificate for a peer that keeps its own key.
   *
   * @param name whose it is; becomes the common name
   * @param csr a PKCS #10 request (RFC 2986), PEM or DER, with names in its subjectAltName; all
   *     else in it is left aside
   * @param lifetime of the certificate; as configured when it is empty
   * @return the certificate, the issuing CA and the root
   * @throws IssuanceException with the reason why not, and the remedy
   */
  public List<X509Certificate> issueFor(
      String name, byte[] csr, Set<CertificateRole> roles, Optional<Duration> lifetime)
      throws IssuanceException {
    EndEntitySigner.Order order = new PeerOrders(settings).of(name, csr, roles, lifetime);
    Authority authority = authorityFor(order.lifetime());
    return List.of(signer.sign(order, authority), authority.certificate(), authority.root());
  }

  /**
   * Revokes a certificate that this CA has signed, and signs the list that says so at once. When it
   * is an issuing CA's, another signs from then on.
   *
   * @param serial hexadecimal, as programs print it
   * @throws IOException when it could not be written down; then it is not revoked
   * @throws IllegalArgumentException when {@code serial} is not a serial number
   */
  public RevocationResult revoke(String serial, RevocationReason reason) throws IOException {
    BigInteger number = SerialNumbers.parse(serial);
    RevocationResult result;
    synchronized (this) {
      result = revocations.revoke(number, reason);
    }
    isAnnounced();
    news.run(); // also when it was revoked before: it costs little, and leaves no doubt
    return result;
  }

  /** What peers are not to be believed with, although it has not expired. */
  public Set<RevokedCertificate> revoked() {
    return revocations.all();
  }

  /** The issuing CAs that have not expired, the oldest first. */
  public List<X509Certificate> issuing() {
    return authorities.signing().stream().map(Authority::certificate).toList();
  }

  /**
   * Has {@code told} run when there is another root or something is revoked. It may block, and is
   * run by whichever thread has brought that about.
   */
  public void onNews(Runnable told) {
    news = told;
  }

  /**
   * Serves all revocation lists and the certificates of all authorities from the agent's HTTP
   * listener, now and when others succeed them.
   */
  public void publishTo(HttpRoutes routes) {
    state.publication().begin(DistributionPoints.of(settings), routes);
  }

  private Authority authorityFor(Duration lifetime) throws IssuanceException {
    Authority authority;
    try {
      authority = authorities.issuingFor(lifetime);
    } catch (StoreException e) {
      throw new IssuanceException(
          new IssuanceFailure.NotStored("a new issuing CA is needed: " + e.getMessage()), e);
    }
    if (isAnnounced()) {
      news.run();
    }
    return authority;
  }

  /** Whether there was another root to tell of. */
  private boolean isAnnounced() {
    try {
      return announce();
    } catch (IOException e) {
      LOG.warn("local CA {}: root.pem cannot be written: {}", settings.name(), e.getMessage());
      return true;
    }
  }

  /**
   * Tells peers and the operator of authorities that are new.
   *
   * @return whether there is another root
   */
  private synchronized boolean announce() throws IOException {
    Instant past = state.clock().instant().minus(RevocationList.VALIDITY);
    state.publication().add(authorities.validAfter(past));
    List<X509Certificate> roots = roots();
    if (roots.equals(written)) {
      return false;
    }
    RootFile.write(state.directory(), roots);
    written = roots;
    notice().ifPresent(text -> LOG.warn("local CA {}: {}", settings.name(), text));
    return true;
  }
}
