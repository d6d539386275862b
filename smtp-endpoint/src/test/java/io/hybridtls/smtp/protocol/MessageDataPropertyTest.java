package io.hybridtls.smtp.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MessageDataPropertyTest {

  private static final long LIMIT = 60;
  private static final String CRLF = "\r\n";
  private static final String LONG_RUN = "x".repeat(997);
  private static final String END = "\r\n.\r\n";

  /** What one way of cutting the input up came to; content only where it is good. */
  private record Reading(
      boolean complete, int consumed, long size, Optional<ContentDefect> defect, String content) {}

  @Property(tries = 5_000)
  void everySplitShouldReadTheSame(
      @ForAll("wires") String wire, @ForAll("cuts") List<Integer> cuts) {
    assertThat(read(wire, cuts)).isEqualTo(read(wire, List.of(wire.length() + 1)));
    assertThat(read(wire, List.of(1))).isEqualTo(read(wire, List.of(wire.length() + 1)));
  }

  @Property(tries = 5_000)
  void dataShouldEndAtTheFirstLineWithASingleDotAndNowhereElse(@ForAll("wires") String wire) {
    int end = (CRLF + wire).indexOf(END);
    Reading reading = read(wire, List.of(wire.length() + 1));
    assertThat(reading.complete()).isEqualTo(end >= 0);
    assertThat(reading.consumed())
        .isEqualTo(end >= 0 ? end + END.length() - CRLF.length() : wire.length());
  }

  @Property(tries = 5_000)
  void contentWithABareLineEndShouldAlwaysBeFlagged(@ForAll("wires") String wire) {
    Reading reading = read(wire + END, List.of(wire.length() + END.length()));
    String seen = (wire + END).substring(0, reading.consumed());
    boolean clean = seen.replace(CRLF, "").chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
    if (!clean) {
      assertThat(reading.defect()).isPresent();
    }
  }

  @Property(tries = 5_000)
  void decodingShouldUndoEncoding(
      @ForAll("contents") String content, @ForAll("cuts") List<Integer> cuts) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encode(content, cuts, encoded);
    String wire = encoded.toString(ISO_8859_1);
    assertThat(wire).endsWith(END.substring(content.isEmpty() ? 2 : 0));
    byte[] octets = wire.getBytes(ISO_8859_1);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    MessageDataDecoder decoder = new MessageDataDecoder(Long.MAX_VALUE, decoded::write);
    assertThat(decoder.decode(octets, 0, octets.length)).isEqualTo(octets.length);
    assertThat(decoded.toString(ISO_8859_1)).isEqualTo(content);
    assertThat(decoder.isComplete()).isTrue();
    assertThat(decoder.defect()).isEmpty();
  }

  @Property(tries = 5_000)
  void whateverIsEncodedShouldHaveNoBareLineEnd(
      @ForAll("wires") String content, @ForAll("cuts") List<Integer> cuts) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try {
      encode(content, cuts, wire);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("bare");
      assertThat(wire.toString(ISO_8859_1)).doesNotContain(END);
    }
    assertThat(wire.toString(ISO_8859_1).replace(CRLF, "")).doesNotContain("\r", "\n");
  }

  @Property
  void anyOctetsShouldBeRead(@ForAll byte[] wire) {
    assertThat(read(new String(wire, ISO_8859_1), List.of(7)).consumed()).isBetween(0, wire.length);
  }

  @Provide
  Arbitrary<String> wires() {
    return Arbitraries.of(
            "\r\n", "\r", "\n", ".", "\r\n.\r\n", "\r\n.", "a", "\0", "\u00ff", "\t", LONG_RUN)
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> contents() {
    return Arbitraries.of("", ".", "..", "a", ".a", "a.", "\u00ff.", "\t")
        .list()
        .ofMaxSize(20)
        .map(lines -> String.join("", lines.stream().map(line -> line + CRLF).toList()));
  }

  @Provide
  Arbitrary<List<Integer>> cuts() {
    return Arbitraries.integers().between(1, 7).list().ofMinSize(1).ofMaxSize(5);
  }

  private static Reading read(String wire, List<Integer> cuts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    MessageDataDecoder decoder = new MessageDataDecoder(LIMIT, content::write);
    byte[] octets = wire.getBytes(ISO_8859_1);
    int at = 0;
    for (int i = 0; at < octets.length && !decoder.isComplete(); i++) {
      int length = Math.min(cuts.get(i % cuts.size()), octets.length - at);
      at += decoder.decode(octets, at, length);
    }
    return new Reading(
        decoder.isComplete(),
        at,
        decoder.size(),
        decoder.defect(),
        decoder.defect().isEmpty() ? content.toString(ISO_8859_1) : "");
  }

  private static void encode(String content, List<Integer> cuts, ByteArrayOutputStream wire) {
    MessageDataEncoder encoder = new MessageDataEncoder(wire::write);
    byte[] octets = content.getBytes(ISO_8859_1);
    int at = 0;
    for (int i = 0; at < octets.length; i++) {
      int length = Math.min(cuts.get(i % cuts.size()), octets.length - at);
      encoder.encode(octets, at, length);
      at += length;
    }
    encoder.finish();
  }
}
