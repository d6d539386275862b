package io.hybridtls.smtp.tls;

import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.SslProvider;

/** What shakes hands: BoringSSL, or the JDK's TLS on platforms that it is not built for. */
enum TlsLibrary {
  BORINGSSL(SslProvider.OPENSSL),
  JDK(SslProvider.JDK);

  private final SslProvider provider;

  TlsLibrary(SslProvider provider) {
    this.provider = provider;
  }

  /** The faster one that is there. */
  static TlsLibrary available() {
    return OpenSslCredential.isAvailable() ? BORINGSSL : JDK;
  }

  SslProvider provider() {
    return provider;
  }
}
