package io.hybridtls.smtp.spool;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.TimeZone;
import java.util.random.RandomGenerator;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.message.BasicBodyFactory;
import org.apache.james.mime4j.message.BodyPart;
import org.apache.james.mime4j.message.BodyPartBuilder;
import org.apache.james.mime4j.message.DefaultMessageWriter;
import org.apache.james.mime4j.message.MultipartBuilder;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawField;

/**
 * The report to the sender that a message could not be delivered: a multipart/report (RFC 6522) of
 * a text for people, a delivery-status (RFC 3464) for programs and the original's header section.
 * It goes out from the null reverse-path, so that it is never answered by another (RFC 5321,
 * section 4.5.5), and contains octets up to 127 only.
 */
final class BounceMessage {

  /** A recipient that was given up, and why. */
  record FailedRecipient(EmailAddress address, Settlement.Failed settlement) {}

  private static final int BOUNDARY_BYTES = 16;

  private final DnsName hostname;
  private final RandomGenerator random;

  BounceMessage(DnsName hostname, RandomGenerator random) {
    this.hostname = hostname;
    this.random = random;
  }

  /**
   * Reports failures of {@code original} to its sender.
   *
   * @param original has a sender to tell
   * @param headers the original's header section, one character an octet
   * @param id the report's own
   * @throws IOException when the message cannot be composed
   */
  NewMessage about(
      LeasedMessage original,
      String headers,
      List<FailedRecipient> failures,
      QueueId id,
      Instant now)
      throws IOException {
    EmailAddress sender = original.sender().mailbox().orElseThrow();
    DeliveryStatus status = new DeliveryStatus(hostname, original, failures, now);
    Multipart parts =
        MultipartBuilder.create("report")
            .addBodyPart(part("text/plain", status.forPeople()))
            .addBodyPart(part("message/delivery-status", status.forPrograms()))
            .addBodyPart(part("text/rfc822-headers", headers))
            .build();
    Message report =
        Message.Builder.of()
            .setDate(Date.from(now), TimeZone.getTimeZone("UTC"))
            .addField(
                new RawField(
                    "From", "Mail Delivery System <MAILER-DAEMON@" + hostname.value() + ">"))
            .addField(new RawField("To", "<" + sender + ">"))
            .setSubject("Your message could not be delivered")
            .setMessageId("<" + id + "." + randomHex() + "@" + hostname.value() + ">")
            .addField(new RawField("Auto-Submitted", "auto-replied"))
            .setBody(parts)
            .setContentType(
                "multipart/report",
                new NameValuePair("report-type", "delivery-status"),
                new NameValuePair("boundary", "=_" + randomHex()))
            .build();
    return new NewMessage(
        ReversePath.none(),
        List.of(sender),
        BodyEncoding.SEVEN_BIT,
        new MessageBody.InMemory(DefaultMessageWriter.asBytes(report)));
  }

  /** A part of the report; octets that mail of RFC 5321 does not carry are encoded. */
  private static BodyPart part(String type, String text) {
    TextBody body = BasicBodyFactory.INSTANCE.textBody(text, StandardCharsets.ISO_8859_1);
    BodyPartBuilder part = BodyPartBuilder.create().setBody(body).setContentType(type);
    return part.setContentTransferEncoding(isPlain(text) ? "7bit" : "quoted-printable").build();
  }

  /** Lines of ASCII up to 998 octets (RFC 5322, section 2.1.1). */
  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < 128 && c != 0)
        && text.lines().allMatch(line -> line.length() <= 998);
  }

  private String randomHex() {
    byte[] octets = new byte[BOUNDARY_BYTES];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
