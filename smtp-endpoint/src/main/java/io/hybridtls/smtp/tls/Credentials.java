package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/**
 * Gives BoringSSL several certificates to choose from. Each is held here until its context has let
 * go of it: one that is collected together with its context, a moment before the context releases
 * it, would be reported as a leak. Safe for any thread.
 */
final class Credentials {

  private final Set<OpenSslCredential> held = ConcurrentHashMap.newKeySet();

  /** Builds a context that shows its peer the first of {@code preferred} that it can verify. */
  SslContext build(SslContextBuilder builder, List<HeldCertificate> preferred) throws SSLException {
    held.removeIf(credential -> credential.refCnt() == 0);
    List<OpenSslCredential> credentials = new ArrayList<>();
    try {
      for (HeldCertificate certificate : preferred) {
        credentials.add(of(certificate));
      }
      held.addAll(credentials);
      return builder.addCredentials(credentials).build();
    } finally {
      credentials.forEach(OpenSslCredential::release); // the context has retained them
    }
  }

  private static OpenSslCredential of(HeldCertificate certificate) throws SSLException {
    try {
      return OpenSslCredentialBuilder.forX509(
              certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
          .build();
    } catch (IllegalStateException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SSLException(cause.getMessage(), e);
    }
  }
}
