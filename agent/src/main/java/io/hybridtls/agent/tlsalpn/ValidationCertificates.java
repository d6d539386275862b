package io.hybridtls.agent.tlsalpn;

import io.hybridtls.certstore.model.IpAddress;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes the self-signed certificates of RFC 8737, section 3: one name, and the digest of the key
 * authorization in the critical extension acmeIdentifier.
 */
public final class ValidationCertificates {

  private static final ASN1ObjectIdentifier ACME_IDENTIFIER =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");

  /** RFC 8737, section 6.2. */
  static final String PROTOCOL = "acme-tls/1";

  private static final X500Name NOBODY = new X500Name("CN=acme.invalid");
  private static final Duration VALIDITY = Duration.ofDays(1);
  private static final int SERIAL_BITS = 120;

  private final InstantSource clock;
  private final SecureRandom random;

  public ValidationCertificates(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * A TLS context that proves {@code host}, and speaks {@code acme-tls/1} alone.
   *
   * @param host a name or an IP address (RFC 8738, section 6)
   * @param digest of the key authorization
   */
  public SslContext proving(String host, byte[] digest) {
    try {
      KeyPair keys = newKeys();
      return SslContextBuilder.forServer(keys.getPrivate(), certificate(host, digest, keys))
          .sslProvider(SslProvider.JDK)
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.FATAL_ALERT,
                  SelectedListenerFailureBehavior.FATAL_ALERT,
                  PROTOCOL))
          .build();
    } catch (SSLException
        | GeneralSecurityException
        | CertIOException
        | OperatorCreationException e) {
      throw new IllegalStateException("a certificate for tls-alpn-01 could not be made", e);
    }
  }

  private KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private X509Certificate certificate(String host, byte[] digest, KeyPair keys)
      throws GeneralSecurityException, CertIOException, OperatorCreationException {
    Instant now = clock.instant();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            NOBODY,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(VALIDITY)),
            Date.from(now.plus(VALIDITY)),
            NOBODY,
            keys.getPublic());
    GeneralName name =
        new GeneralName(
            IpAddress.looksLikeOne(host) ? GeneralName.iPAddress : GeneralName.dNSName, host);
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
    builder.addExtension(ACME_IDENTIFIER, true, new DEROctetString(digest));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
