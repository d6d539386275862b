package io.hybridtls.smtp.tls;

import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;

/**
 * The one TLS profile of both directions: TLS 1.2 and 1.3, forward-secret AEAD suites, hybrid
 * post-quantum key agreement first (draft-ietf-tls-ecdhe-mlkem). TLS 1.0 and 1.1 cannot be turned
 * on (RFC 8996).
 */
final class TlsProfile {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final String[] GROUPS = {
    "X25519MLKEM768", "X25519", "P-256", "P-384",
  };

  private TlsProfile() {}

  /** Sets what both directions share. */
  static SslContextBuilder applyTo(SslContextBuilder builder, TlsLibrary library) {
    builder
        .protocols(PROTOCOLS)
        .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
        .sslProvider(library.provider());
    if (library == TlsLibrary.BORINGSSL) {
      builder.option(OpenSslContextOption.GROUPS, GROUPS);
    }
    return builder;
  }
}
