package io.hybridtls.agent.est;

import io.hybridtls.agent.chain.ChainAssembly;
import io.hybridtls.agent.chain.IncompleteChainException;
import io.hybridtls.agent.chain.TrustedRoots;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Rejected;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.InvalidCertificateException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.Store;

/**
 * A CA that speaks EST (RFC 7030): its own certificates first, to complete the chain, then an
 * enrolment, or the renewal of the certificate that is in use. Safe for several threads; a
 * conversation takes some seconds as a rule, and five minutes at most.
 */
public final class EstIssuer implements CertificateIssuer {

  private final EstSettings settings;
  private final InstantSource clock;
  private final SecureRandom random;
  private final EstFailures failures;

  public EstIssuer(EstSettings settings, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.failures = new EstFailures(settings, clock);
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    KeyPair keys = request.keys();
    Optional<HeldCertificate> renewed = renewed(request);
    try (EstConnection connection = new EstConnection(settings, renewed, failures, clock, random)) {
      return issue(request, keys, renewed, connection, progress);
    }
  }

  private HeldCertificate issue(
      IssuanceRequest request,
      KeyPair keys,
      Optional<HeldCertificate> renewed,
      EstConnection connection,
      IssuanceProgress progress)
      throws IssuanceException {
    progress.step("asking " + settings.server() + " for its CA's certificates");
    List<X509Certificate> given = new ArrayList<>(authorities(connection));
    boolean again = renewed.filter(held -> isFor(request.spec(), held)).isPresent();
    progress.step(
        again
            ? "renewing serial " + renewed.get().serial() + " at " + settings.server()
            : "enrolling at " + settings.server());
    byte[] csr =
        again
            ? SigningRequest.renewing(renewed.get().leaf(), request.spec(), keys)
            : SigningRequest.of(request.spec(), keys);
    List<X509Certificate> answer = enrolled(connection, again, csr);
    given.addAll(answer);
    return held(keys, answer, given);
  }

  /**
   * What is presented to the server: in use, from this issuer, of this kind of key, and good still.
   */
  private Optional<HeldCertificate> renewed(IssuanceRequest request) {
    Instant now = clock.instant();
    return request
        .replaced()
        .filter(live -> settings.presentCertificate() && live.issuer().equals(settings.name()))
        .flatMap(
            live ->
                live.certificates().stream()
                    .filter(held -> request.algorithm().isOf(held.leaf().getPublicKey()))
                    .filter(held -> now.isBefore(held.notAfter()) && !request.isRevoked(held))
                    .findFirst());
  }

  /** Renewal is for the same names (RFC 7030, section 4.2.2); others are enrolled. */
  private static boolean isFor(CertificateSpec spec, HeldCertificate held) {
    Set<String> names = new TreeSet<>();
    held.names().forEach(name -> names.add(name.value()));
    held.addresses().forEach(address -> names.add(address.value()));
    return names.equals(new TreeSet<>(spec.identifiers()));
  }

  private List<X509Certificate> authorities(EstConnection connection) throws IssuanceException {
    try {
      return certificates(connection.service().getCACerts().getCertificateStore());
    } catch (IOException | RuntimeException e) {
      throw failures.of(e, connection.latest());
    }
  }

  private List<X509Certificate> enrolled(EstConnection connection, boolean again, byte[] csr)
      throws IssuanceException {
    try {
      EnrollmentResponse response =
          connection
              .service()
              .simpleEnroll(
                  again, new PKCS10CertificationRequest(csr), connection.authentication());
      if (!response.isCompleted()) {
        throw new IssuanceException(failures.waiting(connection.latest()));
      }
      return certificates(response.getStore());
    } catch (IOException | RuntimeException e) {
      throw failures.of(e, connection.latest());
    }
  }

  private HeldCertificate held(
      KeyPair keys, List<X509Certificate> answer, List<X509Certificate> given)
      throws IssuanceException {
    X509Certificate leaf =
        answer.stream()
            .filter(certificate -> certificate.getPublicKey().equals(keys.getPublic()))
            .findFirst()
            .orElseThrow(() -> unusable("it is for another key than was asked for"));
    try {
      TrustedRoots roots = TrustedRoots.read(settings.trustedCaFile());
      List<X509Certificate> way = new ChainAssembly(given, roots, clock.instant()).of(leaf);
      return HeldCertificate.of(keys.getPrivate(), ChainAssembly.withoutRoot(way));
    } catch (IncompleteChainException | InvalidCertificateException e) {
      throw unusable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new IssuanceException(
          failures.misconfigured("trusted-ca-file", String.valueOf(e.getMessage())), e);
    }
  }

  private static IssuanceException unusable(String reason) {
    return new IssuanceException(
        new Rejected("the certificate that it served cannot be used: " + reason));
  }

  private static List<X509Certificate> certificates(Store<X509CertificateHolder> store)
      throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (X509CertificateHolder holder : ESTService.storeToArray(store)) {
        certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate in its answer cannot be read", e);
    }
  }
}
