package io.hybridtls.smtp.client;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.hybridtls.smtp.tls.PeerVerifier;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustSource;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whether the peer of a finished handshake is who the connector wants to talk to. */
final class PeerCheck {

  private final PeerVerifier verifier;

  PeerCheck(PeerVerifier verifier) {
    this.verifier = verifier;
  }

  /**
   * What the check came to.
   *
   * @param relay names the peer as far as it was checked
   * @param objection why no mail may be sent to it; empty when it may
   */
  record Verdict(Relay relay, Optional<String> objection) {}

  /** Judges the peer; completes on any thread. */
  CompletionStage<Verdict> check(
      SSLSession session, String remote, TlsRequirement requirement, TrustSource trust) {
    String tls = session.getProtocol() + "/" + session.getCipherSuite();
    if (!requirement.requiresVerifiedPeer()) {
      Relay relay = new Relay(remote, tls, "not checked");
      return CompletableFuture.completedFuture(new Verdict(relay, Optional.empty()));
    }
    return verifier
        .verify(chainOf(session), trust, CertificateRole.SERVER)
        .thenApply(
            peer ->
                new Verdict(new Relay(remote, tls, peer.describe()), objection(peer, requirement)));
  }

  private static Optional<String> objection(PeerIdentity peer, TlsRequirement requirement) {
    Optional<PeerIdentity.Verified> verified = peer.verified();
    if (verified.isEmpty()) {
      return Optional.of(peer.describe());
    }
    if (!verified.get().permittedRoles().contains(CertificateRole.SERVER)) {
      return Optional.of(
          peer.describe() + "; its key purposes lack " + CertificateRole.SERVER.keyPurposeName());
    }
    Optional<ReferenceIdentity> reference = requirement.referenceIdentity();
    if (reference.isPresent() && !verified.get().carries(reference.get())) {
      return Optional.of(peer.describe() + "; the connector demands " + reference.get());
    }
    return Optional.empty();
  }

  private static List<X509Certificate> chainOf(SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // the peer sent no certificate
    }
    return chain;
  }
}
