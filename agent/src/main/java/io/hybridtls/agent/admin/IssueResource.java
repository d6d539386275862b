package io.hybridtls.agent.admin;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.HeldCertificate;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Signs certificates of peers that keep their own keys, by a private CA: {@code for} is whose it
 * is, {@code csr} the request in Base64.
 */
public final class IssueResource implements AdminResource {

  private final LocalCas authorities;

  public IssueResource(LocalCas authorities) {
    this.authorities = authorities;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/issue";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    String name = asked.require("for");
    byte[] csr = decoded(asked.require("csr"));
    try {
      List<X509Certificate> chain =
          authorities
              .require(asked.find("issuer"))
              .issueFor(name, csr, roles(asked), days(asked).map(Duration::ofDays));
      X509Certificate leaf = chain.get(0);
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("exit", 0);
      shown.put("for", name);
      shown.put("names", HeldCertificate.namesOf(leaf).stream().map(DnsName::value).toList());
      shown.put("serial", HeldCertificate.serialOf(leaf));
      shown.put("not-after", leaf.getNotAfter().toInstant().toString());
      shown.put("chain", new String(PortableIdentity.pem(chain), StandardCharsets.US_ASCII));
      return shown;
    } catch (IssuanceException e) {
      throw new RefusedRequestException(
          RefusedRequestException.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE, "the request did not arrive as Base64");
    }
  }

  /** A peer that connects to us is a client, unless it is said to be something else. */
  private static Set<CertificateRole> roles(Parameters asked) {
    Set<CertificateRole> roles = EnumSet.noneOf(CertificateRole.class);
    for (String text : asked.all("role")) {
      try {
        roles.add(CertificateRole.valueOf(text.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new RefusedRequestException(
            RefusedRequestException.USAGE,
            "\"" + text + "\" is not a role; write server or client");
      }
    }
    return roles.isEmpty() ? EnumSet.of(CertificateRole.CLIENT) : roles;
  }

  private static Optional<Long> days(Parameters asked) {
    Optional<String> text = asked.find("days");
    if (text.filter(number -> !number.matches("[1-9][0-9]{0,4}")).isPresent()) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE, "\"" + text.get() + "\" is not a number of days");
    }
    return text.map(Long::parseLong);
  }
}
