package io.hybridtls.smtp.client;

import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.smtp.outbound.NextHop;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.tls.TrustSource;
import java.util.Optional;

/**
 * What two messages must have in common to share a connection. All tenants of a cloud meet at the
 * same host, and the certificate presented decides whose mail it is: so a connection is never
 * shared across identities, nor across what the peer was checked against.
 *
 * @param identity label of the generation presented, as {@link
 *     io.hybridtls.smtp.tls.TlsContexts.ClientTls#identity()} gives it
 * @param requirement with its reference identity, if it has one
 */
record PoolKey(
    NextHop hop,
    Optional<CertificateId> certificate,
    String identity,
    TlsRequirement requirement,
    TrustSource trust) {}
