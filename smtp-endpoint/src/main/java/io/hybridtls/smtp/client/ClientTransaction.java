package io.hybridtls.smtp.client;

import io.hybridtls.smtp.client.ClientStep.Fate;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.protocol.BodyEncoding;
import io.hybridtls.smtp.protocol.Extension;
import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One message over an open session: MAIL, RCPT, DATA, content (RFC 5321, section 3.3), the commands
 * in one flight where the server lets us (RFC 2920).
 */
final class ClientTransaction {

  private static final int CLOSING = 421;
  private static final int START_MAIL_INPUT = 354;

  private enum Phase {
    COMMANDS,
    CONTENT,
    NOTHING_TO_SEND,
    FINAL_REPLY,
    OVER
  }

  private final Envelope envelope;
  private final ServerOffer offer;
  private final Relay relay;
  private final List<String> commands;
  private final int mail;
  private final DeliveryOutcome[] outcomes;
  private Phase phase = Phase.COMMANDS;
  private int answered;
  private int accepted;
  private boolean clean;

  /**
   * @param reset whether the server may still hold the transaction before
   */
  ClientTransaction(Envelope envelope, ServerOffer offer, Relay relay, boolean reset) {
    this.envelope = envelope;
    this.offer = offer;
    this.relay = relay;
    this.mail = reset ? 1 : 0;
    this.outcomes = new DeliveryOutcome[envelope.recipients().size()];
    this.commands = new ArrayList<>(outcomes.length + 3);
    if (reset) {
      commands.add("RSET\r\n");
    }
    commands.add(mailCommand());
    envelope.recipients().forEach(recipient -> commands.add("RCPT TO:<" + recipient + ">\r\n"));
    commands.add("DATA\r\n");
  }

  /** Whether the server has ended the transaction itself, so that the next needs no RSET. */
  boolean isClean() {
    return clean;
  }

  ClientStep begin() {
    if (envelope.size() > offer.maxSize().orElse(Long.MAX_VALUE)) {
      return refuse(
          "5.3.4",
          "the message has "
              + envelope.size()
              + " octets, and the host takes "
              + offer.maxSize().getAsLong());
    }
    if (isEightBit() && !offer.includes(Extension.EIGHT_BIT_MIME)) {
      return refuse("5.6.3", "the message is 8BITMIME, and the host does not offer that");
    }
    return new ClientStep.Send(isPipelined() ? String.join("", commands) : commands.get(0));
  }

  ClientStep onReply(SmtpReply reply) {
    if (reply.code() == CLOSING) {
      return end(DeliveryOutcome.of(relay, reply), hasSentDot() ? Fate.SPENT : Fate.INTERRUPTED);
    }
    return switch (phase) {
      case COMMANDS -> onCommandReply(reply);
      case CONTENT -> end(DeliveryOutcome.of(relay, reply), Fate.SPENT);
      case NOTHING_TO_SEND, FINAL_REPLY -> onFinalReply(reply);
      case OVER -> throw new IllegalStateException("the transaction is over");
    };
  }

  /** The final dot is about to leave: from here on the server may take responsibility. */
  void onContentEnding() {
    phase = Phase.FINAL_REPLY;
  }

  /** The connection is lost; {@code outcome} says how. */
  ClientStep onLost(DeliveryOutcome outcome) {
    return end(outcome, hasSentDot() ? Fate.SPENT : Fate.INTERRUPTED);
  }

  /** The content cannot be sent to its end; {@code outcome} says why. */
  ClientStep onContentUnsendable(DeliveryOutcome outcome) {
    return end(outcome, Fate.SPENT);
  }

  private ClientStep onCommandReply(SmtpReply reply) {
    int command = answered++;
    if (command < mail) {
      return isPositive(reply) ? next() : onResetRefused(reply);
    }
    if (command == commands.size() - 1) {
      return onDataReply(reply);
    }
    if (command == mail) {
      if (!isPositive(reply)) {
        fillWith(DeliveryOutcome.of(relay, reply));
        return isPipelined() ? next() : finish(Fate.REUSABLE);
      }
    } else if (isPositive(reply)) {
      accepted++;
    } else if (outcomes[command - mail - 1] == null) {
      outcomes[command - mail - 1] = DeliveryOutcome.of(relay, reply);
    }
    return next();
  }

  /** Says nothing of the message, but this connection cannot carry it. */
  private ClientStep onResetRefused(SmtpReply reply) {
    return end(DeliveryOutcome.deferred(relay, "4.5.0", "RSET got: " + reply), Fate.INTERRUPTED);
  }

  private ClientStep next() {
    if (isPipelined()) {
      return new ClientStep.Await();
    }
    boolean nobodyLeft = answered == commands.size() - 1 && accepted == 0;
    return nobodyLeft ? finish(Fate.REUSABLE) : new ClientStep.Send(commands.get(answered));
  }

  private ClientStep onDataReply(SmtpReply reply) {
    boolean hasRecipients = Arrays.asList(outcomes).contains(null);
    if (reply.code() != START_MAIL_INPUT) {
      return end(DeliveryOutcome.of(relay, reply), reply.code() < 400 ? Fate.SPENT : Fate.REUSABLE);
    }
    if (hasRecipients) {
      phase = Phase.CONTENT;
      return new ClientStep.SendContent();
    }
    // RFC 2920, section 3.1: the server wants content though it took no recipient
    phase = Phase.NOTHING_TO_SEND;
    return new ClientStep.Send(".\r\n");
  }

  private ClientStep onFinalReply(SmtpReply reply) {
    clean = true;
    return end(
        isPositive(reply)
            ? DeliveryOutcome.delivered(relay, reply)
            : DeliveryOutcome.of(relay, reply),
        Fate.REUSABLE);
  }

  /** Gives {@code outcome} to every recipient that has none yet. */
  private ClientStep end(DeliveryOutcome outcome, Fate fate) {
    fillWith(outcome);
    return finish(fate);
  }

  private void fillWith(DeliveryOutcome outcome) {
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] == null) {
        outcomes[i] = outcome;
      }
    }
  }

  private ClientStep finish(Fate fate) {
    phase = Phase.OVER;
    return new ClientStep.Finished(List.of(outcomes), fate);
  }

  /** Nothing was sent, so the server holds no transaction of ours. */
  private ClientStep refuse(String status, String detail) {
    clean = mail == 0;
    return end(DeliveryOutcome.refused(relay, status, detail), Fate.REUSABLE);
  }

  private boolean hasSentDot() {
    return phase == Phase.FINAL_REPLY || phase == Phase.NOTHING_TO_SEND;
  }

  private boolean isPipelined() {
    return offer.includes(Extension.PIPELINING);
  }

  private boolean isEightBit() {
    return envelope.encoding() == BodyEncoding.EIGHT_BIT_MIME;
  }

  private String mailCommand() {
    String size = offer.includes(Extension.SIZE) ? " SIZE=" + envelope.size() : "";
    String body = isEightBit() ? " BODY=8BITMIME" : "";
    return "MAIL FROM:" + envelope.sender() + size + body + "\r\n";
  }

  private static boolean isPositive(SmtpReply reply) {
    return reply.code() < 300;
  }
}
