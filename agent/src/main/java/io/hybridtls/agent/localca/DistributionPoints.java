package io.hybridtls.agent.localca;

import java.net.URI;
import java.util.Optional;

/**
 * Where the CA's revocation lists and certificates are served: below the base URL that the
 * configuration gives, or on the listener alone, unnamed in certificates, when it gives none. Each
 * authority has paths of its own, which stay what they are when another succeeds it.
 *
 * @param base without a slash at its end
 */
record DistributionPoints(String issuer, Optional<String> base) {

  static DistributionPoints of(LocalCaSettings settings) {
    return new DistributionPoints(
        settings.name().replaceAll("[^A-Za-z0-9._-]", "-"), // it becomes part of URLs
        settings.crlBaseUrl().map(URI::toString).map(url -> url.replaceFirst("/+$", "")));
  }

  /** The list that says which of the authority's certificates are revoked. */
  String listPath(Authority.Kind kind, long number) {
    return path("/crl/", kind, number, ".crl");
  }

  /** The authority's own certificate. */
  String certificatePath(Authority.Kind kind, long number) {
    return path("/ca/", kind, number, ".crt");
  }

  /** The URL that peers fetch the list of {@code authority} from. */
  Optional<String> listUrl(Authority authority) {
    return url(listPath(authority.kind(), authority.number()));
  }

  /** The URL that peers fetch the certificate of {@code authority} from. */
  Optional<String> certificateUrl(Authority authority) {
    return url(certificatePath(authority.kind(), authority.number()));
  }

  /** {@code path} as it arrives at the listener: with the path that the base URL may have. */
  String served(String path) {
    return base.map(URI::create).map(URI::getRawPath).map(prefix -> prefix + path).orElse(path);
  }

  private Optional<String> url(String path) {
    return base.map(prefix -> prefix + path);
  }

  private String path(String folder, Authority.Kind kind, long number, String suffix) {
    return folder + issuer + "/" + kind.label() + "-" + number + suffix;
  }
}
