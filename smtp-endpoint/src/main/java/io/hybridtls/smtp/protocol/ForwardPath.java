package io.hybridtls.smtp.protocol;

/** Whom a message is for (RFC 5321, section 4.1.1.3): a mailbox, or this host's postmaster. */
public sealed interface ForwardPath {

  /** A mailbox with its domain. */
  record Mailbox(EmailAddress address) implements ForwardPath {
    @Override
    public EmailAddress resolve(EmailAddress postmaster) {
      return address;
    }
  }

  /** {@code <postmaster>} without a domain, which every server takes (section 4.5.1). */
  record Postmaster() implements ForwardPath {
    @Override
    public EmailAddress resolve(EmailAddress postmaster) {
      return postmaster;
    }
  }

  /** The mailbox meant, where {@code postmaster} is the one of the host that was asked. */
  EmailAddress resolve(EmailAddress postmaster);
}
