package io.hybridtls.smtp.session;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.EmailAddress;

/**
 * What the sessions of one listener have in common.
 *
 * @param hostname by which this host greets and which its Received fields carry
 * @param postmaster who gets mail for {@code <postmaster>} without a domain (RFC 5321, section
 *     4.5.1)
 * @param offersStartTls whether STARTTLS is offered in sessions that have no TLS yet
 * @param requiresClientCertificate whether mail is taken only from clients that proved an identity
 */
public record SessionSettings(
    DnsName hostname,
    EmailAddress postmaster,
    boolean offersStartTls,
    boolean requiresClientCertificate,
    SessionLimits limits) {}
