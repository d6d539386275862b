package io.hybridtls.smtp.spool.testing;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.ReversePath;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.MessageSpool;
import io.hybridtls.smtp.spool.MessageSpools;
import io.hybridtls.smtp.spool.NewMessage;
import io.hybridtls.smtp.spool.QueueId;
import io.hybridtls.smtp.spool.SpoolException;
import io.hybridtls.smtp.spool.SpoolSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Opens real spools of {@code relay.example}, and writes messages for them. */
public final class TestSpool {

  public static final DnsName HOSTNAME = DnsName.of("relay.example");

  private TestSpool() {}

  /** Opens the spool in {@code temporary/spool}; the caller closes it. */
  public static MessageSpool open(Path temporary, InstantSource clock) throws SpoolException {
    return open(settings(temporary), clock);
  }

  public static MessageSpool open(SpoolSettings settings, InstantSource clock)
      throws SpoolException {
    return MessageSpools.sqlite(settings, clock, new Random(1));
  }

  /** Defaults, but the test machine may be as full as it likes. */
  public static SpoolSettings settings(Path temporary) {
    return SpoolSettings.of(temporary.resolve("spool"), HOSTNAME).withMinimumFreeBytes(0);
  }

  /** A message from {@code alice@onprem.example} with a short body. */
  public static NewMessage message(String... recipients) {
    return message(
        ReversePath.of(EmailAddress.of("alice@onprem.example")),
        "From: <alice@onprem.example>\r\nSubject: lunch\r\n\r\nAt noon?\r\n",
        recipients);
  }

  public static NewMessage message(ReversePath sender, String content, String... recipients) {
    return new NewMessage(
        sender,
        Arrays.stream(recipients).map(EmailAddress::of).toList(),
        BodyEncoding.SEVEN_BIT,
        new MessageBody.InMemory(content.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Accepts a message and waits until it is durable. */
  public static QueueId accept(MessageSpool spool, NewMessage message) throws Exception {
    return await(spool.accept(message));
  }

  /** Waits for a stage of the spool. */
  public static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** The content of a body, one character an octet. */
  public static String content(MessageSpool spool, MessageBody body) throws Exception {
    try (var stream = spool.open(body)) {
      return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
