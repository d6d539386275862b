package io.hybridtls.smtp.session;

import io.hybridtls.smtp.inbound.SendingPeer;
import java.util.Optional;

/**
 * How far a session has come. Immutable; made by {@link SmtpSession} alone, kept by the caller
 * between two inputs.
 */
public sealed interface SessionState {

  /** Greeted or freshly secured: the client has not said who it is. */
  record Connected(SendingPeer peer, int errors) implements SessionState {
    @Override
    public Connected withErrors(int count) {
      return new Connected(peer, count);
    }
  }

  /** After HELO or EHLO, with no message begun. */
  record Introduced(SendingPeer peer, int errors, Hello introduction) implements SessionState {
    @Override
    public Optional<Hello> hello() {
      return Optional.of(introduction);
    }

    @Override
    public Introduced withErrors(int count) {
      return new Introduced(peer, count, introduction);
    }
  }

  /** With a message begun, which says who the client is. */
  sealed interface Mailing extends SessionState {
    MailTransaction mail();

    @Override
    default SendingPeer peer() {
      return mail().peer();
    }

    @Override
    default Optional<Hello> hello() {
      return Optional.of(mail().hello());
    }

    @Override
    default Optional<MailTransaction> transaction() {
      return Optional.of(mail());
    }
  }

  /** After MAIL, until DATA. */
  record Composing(int errors, MailTransaction mail) implements Mailing {
    @Override
    public Composing withErrors(int count) {
      return new Composing(count, mail);
    }
  }

  /** After the 354 to DATA: the next input is the fate of the message. */
  record Receiving(int errors, MailTransaction mail) implements Mailing {
    @Override
    public Receiving withErrors(int count) {
      return new Receiving(count, mail);
    }
  }

  /** After the 220 to STARTTLS: the next input is the outcome of the handshake. */
  record Securing(SendingPeer peer, int errors) implements SessionState {
    @Override
    public Securing withErrors(int count) {
      return new Securing(peer, count);
    }
  }

  /** Over: nothing more is answered. */
  record Closed(SendingPeer peer, int errors) implements SessionState {
    @Override
    public Closed withErrors(int count) {
      return new Closed(peer, count);
    }
  }

  SendingPeer peer();

  /** Refused commands since the connection began or a message was last accepted. */
  int errors();

  /** How the client introduced itself, if it did. */
  default Optional<Hello> hello() {
    return Optional.empty();
  }

  /** The message that is being composed or received, if there is one. */
  default Optional<MailTransaction> transaction() {
    return Optional.empty();
  }

  /** This state with another count of errors. */
  SessionState withErrors(int count);
}
