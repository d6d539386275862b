package io.hybridtls.smtp.session;

/**
 * What a handshake agreed on.
 *
 * @param protocol as the TLS library names it, such as {@code TLSv1.3}
 * @param cipherSuite as IANA names it, such as {@code TLS_AES_256_GCM_SHA384}
 */
public record NegotiatedTls(String protocol, String cipherSuite) {}
