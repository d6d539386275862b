package io.hybridtls.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.smtp.protocol.MalformedReplyException;
import io.hybridtls.smtp.protocol.ReplyParser;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {

  private final ReplyReader reader = new ReplyReader();

  @Test
  void repliesOfOneFlightShouldComeOneByOne() throws Exception {
    ByteBuf flight = octets("250 first\r\n250-second\r\n250 third\r\n");

    assertThat(reader.next(flight)).contains(SmtpReply.of(250, "first"));
    assertThat(reader.hasMore(flight)).isTrue();
    assertThat(reader.next(flight)).contains(SmtpReply.of(250, "second", "third"));
    assertThat(reader.hasMore(flight)).isFalse();
  }

  @Test
  void replyShouldSurviveAnyDivisionIntoPieces() throws Exception {
    List<SmtpReply> replies = new ArrayList<>();
    for (char octet : "250-mx.example\r\n250 PIPELINING\r\n".toCharArray()) {
      reader.next(octets(String.valueOf(octet))).ifPresent(replies::add);
    }

    assertThat(replies).containsExactly(SmtpReply.of(250, "mx.example", "PIPELINING"));
  }

  @Test
  void beginningOfAnotherReplyShouldCountAsMore() throws Exception {
    ByteBuf lines = octets("220 go ahead\r\n250-injected\r\n");
    reader.next(lines);
    assertThat(reader.next(lines)).isEmpty();
    assertThat(reader.hasMore(lines)).isTrue();

    ByteBuf rest = octets("250 end\r\nx");
    assertThat(reader.next(rest)).isPresent();
    assertThat(reader.next(rest)).isEmpty();
    assertThat(reader.hasMore(rest)).isTrue();
  }

  @Test
  void bareLineFeedShouldNotEndALine() throws Exception {
    Optional<SmtpReply> reply = reader.next(octets("250 one\n554 two\r\n"));

    assertThat(reply).map(SmtpReply::code).contains(250);
    assertThat(reply).map(r -> r.lines().size()).contains(1);
  }

  @Test
  void endlessLineShouldBeRefused() {
    assertThatThrownBy(() -> reader.next(octets("250 " + "x".repeat(ReplyParser.MAX_LINE))))
        .isInstanceOf(MalformedReplyException.class);
  }

  private static ByteBuf octets(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
