package io.hybridtls.agent.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AskedCertificatesTest {

  private static final List<CertificateId> FEW = ids(Stream.of("mail", "web"));
  private static final List<CertificateId> MANY =
      ids(IntStream.range(0, 10_000).mapToObj(number -> "relay" + number));

  @Test
  void fewShouldBeNamedToWhoeverMistypedOne() {
    assertThat(unknown("mial", FEW))
        .isEqualTo("there is no certificate \"mial\"; configured are mail, web");
    assertThat(unknown("mial", List.of()))
        .isEqualTo("there is no certificate \"mial\"; configured are none");
  }

  @Test
  void ofManyTheNearestShouldBeNamed() {
    assertThat(unknown("realy17", MANY))
        .isEqualTo("there is no certificate \"realy17\"; did you mean relay17?");
    assertThat(unknown("postbox", MANY))
        .isEqualTo(
            "there is no certificate \"postbox\"; \"hybridtls certificate list\" shows the 10000"
                + " that are configured");
  }

  private static String unknown(String id, List<CertificateId> configured) {
    return AskedCertificates.in(Map.of("id", List.of(id)), configured).unknown().orElseThrow();
  }

  private static List<CertificateId> ids(Stream<String> names) {
    return names.map(CertificateId::of).toList();
  }
}
