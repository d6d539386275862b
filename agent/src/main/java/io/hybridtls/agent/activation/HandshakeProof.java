package io.hybridtls.agent.activation;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Real TLS handshakes with our own listeners, by the TLS of the JDK and not that of the server.
 * Where a generation has several certificates there is one handshake for each, as a client that can
 * verify no signatures but those of its key.
 */
final class HandshakeProof implements DeploymentProof {

  private final Function<CertificateId, List<ListenerTarget>> listeners;
  private final int timeoutMillis;

  HandshakeProof(Function<CertificateId, List<ListenerTarget>> listeners, Duration timeout) {
    this.listeners = listeners;
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  @Override
  public List<Proof> prove(Generation generation) {
    return listeners.apply(generation.id()).stream()
        .flatMap(
            target ->
                generation.certificates().stream()
                    .map(expected -> prove(target, generation, expected)))
        .toList();
  }

  private Proof prove(ListenerTarget target, Generation generation, HeldCertificate expected) {
    boolean choice = generation.certificates().size() > 1;
    try {
      Optional<X509Certificate> presented =
          presentedBy(
              target, choice ? Optional.of(SignaturesOf.keyOf(expected)) : Optional.empty());
      if (presented.isEmpty()) {
        return new Proof.Unanswered(target.name(), "it presented no certificate");
      }
      return presented.get().equals(expected.leaf())
          ? new Proof.Verified(target.name(), expected.serial())
          : new Proof.Mismatch(
              target.name(), expected.serial(), HeldCertificate.serialOf(presented.get()));
    } catch (IOException e) {
      String who =
          choice ? "by a client that verifies " + KeyAlgorithm.nameOf(expected) + " alone: " : "";
      return new Proof.Unanswered(target.name(), who + e.getMessage());
    }
  }

  private Optional<X509Certificate> presentedBy(
      ListenerTarget target, Optional<SignaturesOf> verifiable) throws IOException {
    PresentedLeaf leaf = new PresentedLeaf();
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(timeoutMillis);
      plain.connect(target.reachable(), timeoutMillis);
      if (!target.implicit()) {
        StartTlsDialogue.over(plain).run();
      }
      try (SSLSocket tls = wrap(plain, target, leaf)) {
        verifiable.ifPresent(signatures -> limit(tls, signatures));
        tls.startHandshake();
      } catch (SSLException e) {
        if (leaf.get().isEmpty()) {
          throw e;
        }
        // a listener that requires a client certificate ends the handshake after showing its own
      }
    }
    return leaf.get();
  }

  private static void limit(SSLSocket tls, SignaturesOf signatures) {
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setAlgorithmConstraints(signatures);
    tls.setSSLParameters(parameters);
  }

  private static SSLSocket wrap(Socket plain, ListenerTarget target, PresentedLeaf leaf)
      throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {leaf}, null);
      return (SSLSocket)
          context
              .getSocketFactory()
              .createSocket(
                  plain,
                  target.reachable().getHostString(),
                  plain.getPort(),
                  /* autoClose= */ true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has TLS", e);
    }
  }
}
