package io.hybridtls.smtp.protocol;

import java.util.Optional;

/** Where failures of a message are reported to (RFC 5321, section 4.1.1.2): a mailbox or nobody. */
public sealed interface ReversePath {

  /** The null reverse-path {@code <>}: reports and bounces, which are never bounced themselves. */
  record Null() implements ReversePath {
    @Override
    public Optional<EmailAddress> mailbox() {
      return Optional.empty();
    }

    @Override
    public String toString() {
      return "<>";
    }
  }

  /** A mailbox that wants to hear of failures. */
  record Mailbox(EmailAddress address) implements ReversePath {
    @Override
    public Optional<EmailAddress> mailbox() {
      return Optional.of(address);
    }

    @Override
    public String toString() {
      return "<" + address + ">";
    }
  }

  /** The mailbox, unless this is the null reverse-path. */
  Optional<EmailAddress> mailbox();

  static ReversePath none() {
    return new Null();
  }

  static ReversePath of(EmailAddress address) {
    return new Mailbox(address);
  }
}
