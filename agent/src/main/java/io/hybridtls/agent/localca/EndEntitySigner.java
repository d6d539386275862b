package io.hybridtls.agent.localca;

import io.hybridtls.agent.localca.CertificateTemplate.Validity;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.operator.OperatorCreationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs end-entity certificates and writes them into the ledger before anybody has them. Safe for
 * any thread; blocks on I/O.
 */
final class EndEntitySigner {

  private static final Logger LOG = LoggerFactory.getLogger(EndEntitySigner.class);

  private final LocalCaSettings settings;
  private final IssuedLedger ledger;
  private final InstantSource clock;
  private final SecureRandom random;

  EndEntitySigner(
      LocalCaSettings settings, IssuedLedger ledger, InstantSource clock, SecureRandom random) {
    this.settings = settings;
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What is to be certified; that it may be, has been seen to.
   *
   * @param purpose whom it is for, for the ledger and the log
   * @param subject may be empty
   */
  record Order(
      String purpose,
      X500Name subject,
      PublicKey key,
      List<DnsName> names,
      List<IpAddress> addresses,
      Set<CertificateRole> roles,
      Duration lifetime) {}

  /**
   * @param authority one that outlives {@code order}'s lifetime
   * @throws IssuanceException when the ledger cannot be written; then nothing was issued
   */
  X509Certificate sign(Order order, Authority authority) throws IssuanceException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    BigInteger serial = new SerialNumbers(random).next();
    Instant notAfter = now.plus(order.lifetime());
    X509Certificate leaf = certificate(order, authority, serial, now, notAfter);
    try {
      ledger.record(
          new IssuedCertificate(
              serial,
              authority.kind(),
              authority.number(),
              order.purpose(),
              namesOf(order),
              now,
              notAfter,
              Optional.empty()));
    } catch (IOException e) {
      throw new IssuanceException(new IssuanceFailure.NotStored(String.valueOf(e.getMessage())), e);
    }
    LOG.info(
        "local CA {}: signed {} for {} by {}, valid until {}",
        settings.name(),
        serial.toString(16),
        order.purpose(),
        authority,
        notAfter);
    return leaf;
  }

  private X509Certificate certificate(
      Order order, Authority authority, BigInteger serial, Instant now, Instant notAfter) {
    DistributionPoints points = DistributionPoints.of(settings);
    Validity validity = new Validity(now.minus(CertificateTemplate.BACKDATING), notAfter);
    X500Name issuer = CommonNames.subjectOf(authority.certificate());
    try {
      return new CertificateTemplate(issuer, order.subject(), order.key(), serial, validity)
          .endEntity(order.roles(), order.key().getAlgorithm().equals("RSA"))
          .names(order.names(), order.addresses())
          .issuedBy(authority.certificate())
          .revocationsAt(points.listUrl(authority))
          .issuerAt(points.certificateUrl(authority))
          .sign(authority.held().key());
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
      throw new IllegalStateException(
          "local CA " + settings.name() + " cannot sign for " + order.purpose(), e);
    }
  }

  private static List<String> namesOf(Order order) {
    return Stream.concat(
            order.names().stream().map(DnsName::value),
            order.addresses().stream().map(IpAddress::value))
        .toList();
  }
}
