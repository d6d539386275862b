package io.hybridtls.smtp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeaderFirewallTest {

  @Test
  void shouldTakeOutGuardedFieldsWithTheirContinuations() {
    String header =
        String.join(
            "\r\n",
            "From: a@b.example",
            "X-MS-Exchange-Organization-AuthAs: Internal",
            "\tand more",
            "x-ms-exchange-crosspremises-authsource: evil",
            "Subject: hello",
            "",
            "");

    assertThat(strip(header)).isEqualTo("From: a@b.example\r\nSubject: hello\r\n\r\n");
  }

  @Test
  void shouldKeepEverythingElseToTheLetter() {
    String header =
        "X-MS-Exchange-CrossTenant-Id: 1\r\nSubject: =?utf-8?q?x?=\r\n  folded\r\nX: y\r\n\r\n";

    assertThat(strip(header)).isEqualTo(header);
  }

  private static String strip(String header) {
    return new String(
        HeaderFirewall.strip(header.getBytes(StandardCharsets.ISO_8859_1)),
        StandardCharsets.ISO_8859_1);
  }
}
