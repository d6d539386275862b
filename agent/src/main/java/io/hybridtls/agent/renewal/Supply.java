package io.hybridtls.agent.renewal;

import io.hybridtls.certstore.model.HeldCertificate;
import java.util.List;

/** What a {@link CertificateSource} has. */
public sealed interface Supply {

  /**
   * Something newer than what is in use.
   *
   * @param certificates one for each kind of key
   * @param reason in words that follow "certificate mail is due because …"
   */
  record Ready(List<HeldCertificate> certificates, String reason) implements Supply {
    public Ready {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * Nothing newer, and nothing wrong.
   *
   * @param remedy what somebody does to bring a new one, as an order
   */
  record Nothing(String remedy) implements Supply {}

  /**
   * Something that cannot be taken, and that nobody is about to mend.
   *
   * @param problem what is wrong, where, and what mends it
   */
  record Broken(String problem) implements Supply {}
}
