package io.hybridtls.agent.localca;

import java.net.URI;
import java.util.Optional;

/**
 * Where the CA's revocation lists and certificates are served: below the base URL that the
 * configuration gives, or on the listener alone, unnamed in certificates, when it gives none.
 *
 * @param base without a slash at its end
 */
record DistributionPoints(String issuer, Optional<String> base) {

  static DistributionPoints of(LocalCaSettings settings) {
    return new DistributionPoints(
        settings.name().replaceAll("[^A-Za-z0-9._-]", "-"), // it becomes part of URLs
        settings.crlBaseUrl().map(URI::toString).map(url -> url.replaceFirst("/+$", "")));
  }

  /** The list that says which end-entity certificates are revoked. */
  String issuingListPath() {
    return "/crl/" + issuer + ".crl";
  }

  /** The list that says whether the issuing CA is revoked; signed by the root. */
  String rootListPath() {
    return "/crl/" + issuer + "-root.crl";
  }

  String rootCertificatePath() {
    return "/ca/" + issuer + "-root.crt";
  }

  String issuingCertificatePath() {
    return "/ca/" + issuer + "-issuing.crt";
  }

  /** The URL that peers fetch {@code path} from. */
  Optional<String> url(String path) {
    return base.map(prefix -> prefix + path);
  }

  /** {@code path} as it arrives at the listener: with the path that the base URL may have. */
  String served(String path) {
    return base.map(URI::create).map(URI::getRawPath).map(prefix -> prefix + path).orElse(path);
  }
}
