package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.certstore.model.Generation;
import java.util.Optional;

/**
 * Where certificates come from that are made elsewhere: nobody is asked for one, and what is
 * brought is taken. Called at every look at the certificate, from any thread but event loops;
 * implementations may read files and MUST NOT use the network.
 */
@FunctionalInterface
public interface CertificateSource {

  /**
   * What there is for {@code spec} beyond what is in use.
   *
   * @param held what is in use, or is about to be
   */
  Supply look(CertificateSpec spec, Optional<Generation> held);
}
