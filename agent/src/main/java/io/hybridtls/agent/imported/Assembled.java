package io.hybridtls.agent.imported;

import io.hybridtls.certstore.model.HeldCertificate;
import java.util.List;

/**
 * What was made of the files that were given.
 *
 * @param certificates one for each kind of key, each with its whole chain in order
 * @param leftOut the given certificates that belong to none of the chains, in words
 */
public record Assembled(List<HeldCertificate> certificates, List<String> leftOut) {

  public Assembled {
    certificates = List.copyOf(certificates);
    leftOut = List.copyOf(leftOut);
  }
}
