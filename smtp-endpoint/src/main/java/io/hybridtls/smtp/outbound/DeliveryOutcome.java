package io.hybridtls.smtp.outbound;

import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.SmtpReply;

/** What one attempt came to, for one recipient. */
public sealed interface DeliveryOutcome {

  /**
   * The next hop has taken responsibility (RFC 5321, section 6.1).
   *
   * @param reply its answer to the message, printable
   */
  record Delivered(Relay relay, String reply) implements DeliveryOutcome {
    public Delivered {
      reply = PrintableText.of(reply);
    }
  }

  /**
   * The same may succeed later.
   *
   * @param status of class 4
   * @param detail the reply, or what went wrong and what to do about it; printable
   */
  record TransientFailure(Relay relay, EnhancedStatus status, String detail)
      implements DeliveryOutcome {
    public TransientFailure {
      requireClass(4, status);
      detail = PrintableText.of(detail);
    }
  }

  /**
   * It will never succeed.
   *
   * @param status of class 5
   * @param detail the reply, or what is wrong; printable
   */
  record PermanentFailure(Relay relay, EnhancedStatus status, String detail)
      implements DeliveryOutcome {
    public PermanentFailure {
      requireClass(5, status);
      detail = PrintableText.of(detail);
    }
  }

  /** Who answered. */
  Relay relay();

  static DeliveryOutcome delivered(Relay relay, SmtpReply reply) {
    return new Delivered(relay, reply.toString());
  }

  static DeliveryOutcome deferred(Relay relay, String status, String detail) {
    return new TransientFailure(relay, EnhancedStatus.of(status), detail);
  }

  static DeliveryOutcome refused(Relay relay, String status, String detail) {
    return new PermanentFailure(relay, EnhancedStatus.of(status), detail);
  }

  /**
   * The outcome of a negative reply. Its first digit decides (RFC 5321, section 4.2.1): a 5yz reply
   * is permanent even when its enhanced status begins with 4. A reply that is positive where that
   * makes no sense is a transient failure.
   */
  static DeliveryOutcome of(Relay relay, SmtpReply reply) {
    int statusClass = reply.isPermanent() ? 5 : 4;
    EnhancedStatus status =
        reply
            .status()
            .map(given -> new EnhancedStatus(statusClass, given.subject(), given.detail()))
            .orElse(new EnhancedStatus(statusClass, 0, 0));
    return reply.isPermanent()
        ? new PermanentFailure(relay, status, reply.toString())
        : new TransientFailure(relay, status, reply.toString());
  }

  private static void requireClass(int statusClass, EnhancedStatus status) {
    if (status.statusClass() != statusClass) {
      throw new IllegalArgumentException(status + " is not of class " + statusClass);
    }
  }
}
