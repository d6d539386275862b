package io.hybridtls.smtp.testing;

import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.LeasedMessage;
import io.hybridtls.smtp.spool.LeasedMessage.LeasedRecipient;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.NewMessage;
import io.hybridtls.smtp.spool.QueueId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Small messages from {@code alice@contoso.example}. */
public final class TestMail {

  public static final String CONTENT = "Subject: hello\r\n\r\nHello.\r\n";
  public static final Instant ACCEPTED = Instant.parse("2026-11-23T08:00:00Z");

  private TestMail() {}

  public static NewMessage to(String... recipients) {
    return new NewMessage(
        sender(),
        Stream.of(recipients).map(EmailAddress::of).toList(),
        BodyEncoding.SEVEN_BIT,
        body(CONTENT));
  }

  public static LeasedMessage leased(String... recipients) {
    return leased(body(CONTENT), recipients);
  }

  public static LeasedMessage leased(MessageBody body, String... recipients) {
    List<LeasedRecipient> leased =
        IntStream.range(0, recipients.length)
            .mapToObj(i -> new LeasedRecipient(i, EmailAddress.of(recipients[i]), 0))
            .toList();
    return new LeasedMessage(
        new QueueId(4711), sender(), BodyEncoding.SEVEN_BIT, ACCEPTED, body, leased);
  }

  public static MessageBody body(String content) {
    return new MessageBody.InMemory(content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static ReversePath sender() {
    return ReversePath.of(EmailAddress.of("alice@contoso.example"));
  }
}
