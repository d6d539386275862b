package io.hybridtls.agent.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegisteredDomainTest {

  @ParameterizedTest
  @CsvSource({
    "mail.contoso.com, contoso.com",
    "contoso.com, contoso.com",
    "*.contoso.com, contoso.com",
    "a.b.c.contoso.co.uk, contoso.co.uk",
    "mail.contoso.github.io, contoso.github.io", // a private suffix
    "mail.contoso.example, contoso.example", // a suffix that the list does not know
    "com, com",
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8::1",
  })
  void shouldBeTheSuffixAndOneLabelMore(String name, String domain) {
    assertThat(RegisteredDomain.of(name)).isEqualTo(domain);
  }
}
