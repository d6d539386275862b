package io.hybridtls.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class ExtensionTest {

  @Test
  void offersShouldBeReadWithTheirParameters() {
    SmtpReply ehlo =
        SmtpReply.of(
            250,
            "PIPELINING.example greets you",
            "SIZE 157286400",
            "starttls",
            "8BITMIME ",
            "BINARYMIME",
            "AUTH LOGIN PLAIN");
    assertThat(Extension.offeredIn(ehlo))
        .containsOnly(
            entry(Extension.SIZE, "157286400"),
            entry(Extension.STARTTLS, ""),
            entry(Extension.EIGHT_BIT_MIME, ""));
  }

  @Test
  void theLineThatNamesTheServerShouldOfferNothing() {
    assertThat(Extension.offeredIn(SmtpReply.of(250, "STARTTLS"))).isEmpty();
  }
}
