package io.hybridtls.agent.admin;

import io.hybridtls.certstore.model.CertificateId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of one request, read with care. */
record Parameters(Map<String, List<String>> values) {

  /** Every value of {@code name}, in the order in which they were given. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  Optional<String> find(String name) {
    return all(name).stream().findFirst();
  }

  String require(String name) {
    return find(name)
        .orElseThrow(
            () -> new RefusedRequestException(RefusedRequestException.USAGE, "name the " + name));
  }

  boolean isTrue(String name) {
    return all(name).contains("true");
  }

  /** The certificate that {@code id} names. */
  CertificateId id() {
    String text = require("id");
    if (!CertificateId.isValid(text)) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE, "\"" + text + "\" is not the id of a certificate");
    }
    return CertificateId.of(text);
  }

  /** The number of a generation, if one is named. */
  Optional<Long> generation() {
    Optional<String> text = find("generation");
    if (text.filter(number -> !number.matches("[1-9][0-9]{0,17}")).isPresent()) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE,
          "\"" + text.get() + "\" is not the number of a generation");
    }
    return text.map(Long::parseLong);
  }
}
