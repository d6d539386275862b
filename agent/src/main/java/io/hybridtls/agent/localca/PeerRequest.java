package io.hybridtls.agent.localca;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * What a peer asks to have certified: its key, which the request (PKCS #10, RFC 2986) proved to be
 * its own, and its names. Nothing else of the request is heeded.
 */
record PeerRequest(PublicKey key, RequestedNames names) {

  private static final int MAX_OCTETS = 65_536;
  private static final Set<String> PEM_TYPES =
      Set.of("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");

  /**
   * Reads a request, PEM or DER, and checks its proof.
   *
   * @throws IssuanceException when it is no such request or asks for what is never certified
   */
  static PeerRequest parse(byte[] pemOrDer) throws IssuanceException {
    if (pemOrDer.length > MAX_OCTETS) {
      throw refused("it has " + pemOrDer.length + " octets; send at most " + MAX_OCTETS);
    }
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der(pemOrDer));
      PublicKey key = provedKey(request);
      Extensions extensions = request.getRequestedExtensions();
      if (extensions == null) {
        return new PeerRequest(key, RequestedNames.NONE);
      }
      refuseCa(extensions);
      return new PeerRequest(key, RequestedNames.in(extensions));
    } catch (IOException | RuntimeException e) { // as the library meets what it did not expect
      throw refused("it cannot be read (" + e.getMessage() + "); send a PKCS #10 request", e);
    }
  }

  private static byte[] der(byte[] pemOrDer) throws IOException, IssuanceException {
    String text = new String(pemOrDer, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf("-----BEGIN "); // a byte order mark may stand before it
    if (begin < 0) {
      return pemOrDer;
    }
    try (PemReader reader = new PemReader(new StringReader(text.substring(begin)))) {
      String found = "nothing";
      for (PemObject object = reader.readPemObject();
          object != null;
          object = reader.readPemObject()) {
        if (PEM_TYPES.contains(object.getType())) {
          return object.getContent();
        }
        found = "a " + object.getType();
      }
      throw refused("it holds " + found + "; send the CERTIFICATE REQUEST");
    }
  }

  private static PublicKey provedKey(JcaPKCS10CertificationRequest request)
      throws IssuanceException {
    try {
      PublicKey key = request.getPublicKey();
      Optional<String> problem = PeerKeys.problemOf(key, request.getSubjectPublicKeyInfo());
      if (problem.isPresent()) {
        throw refused(problem.get());
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw refused(
            "its signature is not by its own key; make the request anew with the key that it is"
                + " for");
      }
      return key;
    } catch (GeneralSecurityException | OperatorCreationException | PKCSException e) {
      throw refused(
          "its key or signature cannot be used ("
              + e.getMessage()
              + "); make one with RSA or EC, and SHA-256",
          e);
    }
  }

  private static void refuseCa(Extensions extensions) throws IssuanceException {
    BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
    if (constraints != null && constraints.isCA()) {
      throw refused("it asks to be a CA; remove basicConstraints CA:TRUE from it");
    }
    if (extensions.getExtension(Extension.nameConstraints) != null) {
      throw refused("it asks for name constraints, which only a CA has; remove them from it");
    }
  }

  static IssuanceException refused(String problem) {
    return new IssuanceException(new IssuanceFailure.Rejected("the request: " + problem));
  }

  private static IssuanceException refused(String problem, Throwable cause) {
    return new IssuanceException(new IssuanceFailure.Rejected("the request: " + problem), cause);
  }
}
