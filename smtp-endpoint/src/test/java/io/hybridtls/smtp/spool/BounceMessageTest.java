package io.hybridtls.smtp.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.BounceMessage.FailedRecipient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.junit.jupiter.api.Test;

class BounceMessageTest {

  private static final Instant ACCEPTED = Instant.parse("2026-11-21T08:00:00Z");
  private static final Instant NOW = Instant.parse("2026-11-23T10:15:30.5Z");
  private static final String HEADERS =
      "From: <alice@onprem.example>\r\nSubject: lunch\r\nMessage-ID: <1@onprem.example>\r\n";

  private final BounceMessage bounces =
      new BounceMessage(DnsName.of("relay.example"), new Random(1));

  private NewMessage bounce(String sender, String headers, Settlement.Failed... failures)
      throws Exception {
    EmailAddress bob = EmailAddress.of("bob@cloud.example");
    LeasedMessage original =
        new LeasedMessage(
            new QueueId(99),
            ReversePath.of(EmailAddress.of(sender)),
            BodyEncoding.SEVEN_BIT,
            ACCEPTED,
            new MessageBody.InMemory(new byte[0]),
            List.of(new LeasedMessage.LeasedRecipient(0, bob, 3)));
    List<FailedRecipient> failed =
        Arrays.stream(failures).map(f -> new FailedRecipient(bob, f)).toList();
    return bounces.about(original, headers, failed, new QueueId(36), NOW);
  }

  private static Settlement.Failed refused(String detail) {
    return new Settlement.Failed(0, "5.1.1", "mx.cloud.example", detail);
  }

  private static byte[] octets(NewMessage bounce) {
    return ((MessageBody.InMemory) bounce.body()).content();
  }

  private static Message parse(NewMessage bounce) throws Exception {
    return Message.Builder.of(new ByteArrayInputStream(octets(bounce))).build();
  }

  private static Entity part(NewMessage bounce, int number) throws Exception {
    return ((Multipart) parse(bounce).getBody()).getBodyParts().get(number);
  }

  private static String text(Entity part) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ((SingleBody) part.getBody()).writeTo(text);
    return text.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void envelopeShouldGoFromNobodyToTheSender() throws Exception {
    NewMessage bounce = bounce("alice@onprem.example", HEADERS, refused("550 5.1.1 no such user"));

    assertThat(bounce.sender()).isEqualTo(ReversePath.none());
    assertThat(bounce.recipients()).containsExactly(EmailAddress.of("alice@onprem.example"));
    assertThat(bounce.encoding()).isEqualTo(BodyEncoding.SEVEN_BIT);
  }

  @Test
  void headerShouldNameTheReportAndItsParties() throws Exception {
    Message report =
        parse(bounce("\"a b\"@onprem.example", HEADERS, refused("550 5.1.1 no such user")));

    assertThat(report.getFrom().get(0).getAddress()).isEqualTo("MAILER-DAEMON@relay.example");
    assertThat(report.getHeader().getField("To").getBody()).isEqualTo("<\"a b\"@onprem.example>");
    assertThat(report.getHeader().getField("Date").getBody())
        .isEqualTo("Mon, 23 Nov 2026 10:15:30 +0000");
    assertThat(report.getHeader().getField("Auto-Submitted").getBody()).isEqualTo("auto-replied");
    assertThat(report.getHeader().getField("MIME-Version").getBody()).isEqualTo("1.0");
    assertThat(report.getMessageId()).matches("<10\\.[0-9a-f]{32}@relay\\.example>");
    assertThat(report.getMimeType()).isEqualTo("multipart/report");
    assertThat(report.getHeader().getField("Content-Type").getBody())
        .contains("report-type=delivery-status");
    assertThat(report.getHeader().getFields())
        .extracting(field -> field.getName().toLowerCase(Locale.ROOT))
        .doesNotHaveDuplicates();
  }

  @Test
  void firstPartShouldTellPeopleWhatHappened() throws Exception {
    Entity part =
        part(bounce("alice@onprem.example", HEADERS, refused("550 5.1.1 no such user")), 0);

    assertThat(part.getMimeType()).isEqualTo("text/plain");
    assertThat(text(part))
        .contains("<bob@cloud.example>", "mx.cloud.example said: 550 5.1.1 no such user");
  }

  @Test
  void secondPartShouldTellProgramsWhatHappened() throws Exception {
    Settlement.Failed gaveUp = new Settlement.Failed(0, "5.4.7", "", "no route in 2 days");
    Entity part =
        part(bounce("alice@onprem.example", HEADERS, refused("550 5.1.1 no such user"), gaveUp), 1);

    assertThat(part.getMimeType()).isEqualTo("message/delivery-status");
    assertThat(text(part))
        .isEqualToNormalizingNewlines(
            """
            Reporting-MTA: dns; relay.example
            Arrival-Date: Sat, 21 Nov 2026 08:00:00 GMT

            Final-Recipient: rfc822; bob@cloud.example
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.cloud.example
            Diagnostic-Code: smtp; 550 5.1.1 no such user
            Last-Attempt-Date: Mon, 23 Nov 2026 10:15:30 GMT

            Final-Recipient: rfc822; bob@cloud.example
            Action: failed
            Status: 5.4.7
            Diagnostic-Code: x-hybridtls; no route in 2 days
            Last-Attempt-Date: Mon, 23 Nov 2026 10:15:30 GMT
            """);
  }

  @Test
  void thirdPartShouldReturnTheHeaderSection() throws Exception {
    Entity part = part(bounce("alice@onprem.example", HEADERS, refused("550 no")), 2);

    assertThat(part.getMimeType()).isEqualTo("text/rfc822-headers");
    assertThat(text(part)).isEqualTo(HEADERS);
  }

  @Test
  void hostileTextShouldStayOnItsLineAndInAscii() throws Exception {
    NewMessage bounce =
        bounce(
            "alice@onprem.example",
            "Subject: \u00e4" + "x".repeat(2_000) + "\r\n",
            refused("550 no\r\nAction: delivered\r\n\r\n\u0000\u00e4 " + "y".repeat(5_000)));

    assertThat(text(part(bounce, 1)).lines().filter(line -> line.startsWith("Action:")))
        .containsExactly("Action: failed");
    assertThat(text(part(bounce, 2))).isEqualTo("Subject: \u00e4" + "x".repeat(2_000) + "\r\n");
    String wire = new String(octets(bounce), StandardCharsets.ISO_8859_1);
    assertThat(wire.chars()).allMatch(c -> c > 0 && c < 128);
    assertThat(wire.replace("\r\n", "")).doesNotContain("\r", "\n");
    assertThat(wire.split("\r\n", -1)).allMatch(line -> line.length() <= 998);
  }
}
