package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.net.URI;
import java.util.Optional;

/**
 * One private CA, as configured.
 *
 * @param name the issuer's name in the configuration
 * @param commonName the organisation's name for it; the root is "{commonName} Root CA"
 * @param constraints of the issuing CA; when they change, there is a new issuing CA
 * @param crlBaseUrl where the agent's HTTP listener is reachable, for CRL distribution points (RFC
 *     5280, section 4.2.1.13)
 */
public record LocalCaSettings(
    String name,
    String commonName,
    LifetimeSettings lifetimes,
    ConstraintSettings constraints,
    Optional<URI> crlBaseUrl) {

  /** Why {@code name} is not certified, and what to do; empty when it may be. */
  public Optional<Refusal> refusal(DnsName name) {
    return constraints.permit(name)
        ? Optional.empty()
        : Optional.of(refusal(name.value(), "permitted-domains"));
  }

  /** Why {@code address} is not certified, and what to do; empty when it may be. */
  public Optional<Refusal> refusal(IpAddress address) {
    return constraints.permit(address)
        ? Optional.empty()
        : Optional.of(refusal(address.value(), "permitted-addresses"));
  }

  private Refusal refusal(String wanted, String key) {
    return new Refusal(
        wanted + " is outside what issuer " + name + " may certify: " + constraints.describe(),
        "leave it out, or add to issuers." + name + "." + key);
  }

  /**
   * Why something is not certified.
   *
   * @param remedy what to do about it
   */
  public record Refusal(String reason, String remedy) {

    @Override
    public String toString() {
      return reason + "; " + remedy;
    }
  }
}
