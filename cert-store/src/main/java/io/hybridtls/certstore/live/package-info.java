/**
 * What handshakes see: one immutable snapshot of the live generations, swapped whole. The renewal
 * room writes through {@link io.hybridtls.certstore.live.CertificatePublisher}; the TLS room reads
 * through {@link io.hybridtls.certstore.live.LiveCertificates}.
 */
@NullMarked
package io.hybridtls.certstore.live;

import org.jspecify.annotations.NullMarked;
