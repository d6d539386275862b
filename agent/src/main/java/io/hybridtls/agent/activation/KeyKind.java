package io.hybridtls.agent.activation;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.PublicKey;
import java.util.Arrays;

/** By which of its kinds of key the operator knows a certificate. */
final class KeyKind {

  private KeyKind() {}

  /** As written in the configuration; the Java name for a kind that cannot be written there. */
  static String of(HeldCertificate certificate) {
    PublicKey key = certificate.leaf().getPublicKey();
    return Arrays.stream(KeyAlgorithm.values())
        .filter(kind -> kind.isOf(key))
        .findFirst()
        .map(KeyAlgorithm::label)
        .orElse(key.getAlgorithm());
  }
}
