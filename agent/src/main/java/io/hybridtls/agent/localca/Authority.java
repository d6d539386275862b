package io.hybridtls.agent.localca;

import io.hybridtls.agent.inventory.ValidityPeriod;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * One root or issuing CA with its key.
 *
 * @param number its place among those of its kind, from 1; it is part of its URLs
 * @param held the chain of an issuing CA is itself and its root
 */
record Authority(Kind kind, long number, HeldCertificate held) {

  /** What an authority signs: issuing CAs, or end entities. */
  enum Kind {
    ROOT("root", "Root CA"),
    ISSUING("issuing", "Issuing CA");

    private final String label;
    private final String title;

    Kind(String label, String title) {
      this.label = label;
      this.title = title;
    }

    /** As it stands in the store and in URLs. */
    String label() {
      return label;
    }

    /** The subject of the authority of this kind called {@code number}; each has its own. */
    X500Name subject(String commonName, long number) {
      return CommonNames.of(commonName + " " + title + (number == 1 ? "" : " " + number));
    }
  }

  X509Certificate certificate() {
    return held.leaf();
  }

  /** The one that signed it; itself for a root. */
  X509Certificate root() {
    return held.chain().get(held.chain().size() - 1);
  }

  /** Else it was made while this machine's clock was ahead, or the clock is behind now. */
  boolean hasBegun(Instant now) {
    return !ValidityPeriod.isAhead(held.notBefore(), now);
  }

  /** Whether it is valid now, and for {@code needed} more at least. */
  boolean covers(Instant now, Duration needed) {
    return hasBegun(now) && outlasts(now.plus(needed));
  }

  boolean outlasts(Instant time) {
    return !time.isAfter(held.notAfter());
  }

  @Override
  public String toString() {
    return certificate().getSubjectX500Principal().toString();
  }
}
