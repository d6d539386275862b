package io.hybridtls.smtp.session;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.HeaderSection;
import io.hybridtls.smtp.protocol.SmtpCommand;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.tls.PeerIdentity;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The receiving side of a mail session (RFC 5321, section 3; RFC 3207), without the connection:
 * each method takes the state and one thing that happened, and gives the step to take. Holds
 * nothing of a session itself, so one serves every connection of a listener, on any thread.
 *
 * <p>An input that the state cannot have, such as a command while message data is awaited, is a
 * fault of the caller and throws {@link IllegalStateException}. Nothing that a client sends does.
 */
public final class SmtpSession {

  private static final String RECEIVED = "Received";

  private final SessionSettings settings;
  private final RelayAuthorizer authorizer;
  private final BooleanSupplier certificateAvailable;

  /**
   * Makes the sessions of one listener.
   *
   * @param certificateAvailable whether a handshake could begin now; asked at STARTTLS, and must
   *     not block
   */
  public SmtpSession(
      SessionSettings settings, RelayAuthorizer authorizer, BooleanSupplier certificateAvailable) {
    this.settings = settings;
    this.authorizer = authorizer;
    this.certificateAvailable = certificateAvailable;
  }

  /** A client connected; with implicit TLS, and its handshake is done. */
  public SessionStep greet(SendingPeer peer) {
    return SessionStep.of(
        new SessionState.Connected(peer, 0), Replies.greeting(settings.hostname()));
  }

  /** The client sent a command. */
  public SessionStep command(SessionState state, SmtpCommand command) {
    if (state instanceof SessionState.Closed) {
      return SessionStep.closing(state, "command after the end of the session");
    }
    if (state instanceof SessionState.Receiving || state instanceof SessionState.Securing) {
      throw misplaced("a command", state);
    }
    return counted(
        command.handle(new CommandAnswers(settings, authorizer, certificateAvailable, state)));
  }

  /**
   * The handshake after STARTTLS succeeded. Everything that the client said before is forgotten
   * (RFC 3207, section 4.2).
   */
  public SessionStep secured(SessionState state, PeerIdentity identity) {
    if (!(state instanceof SessionState.Securing)) {
      throw misplaced("a handshake", state);
    }
    SendingPeer peer = new SendingPeer(state.peer().address(), true, identity);
    return new SessionStep(
        new SessionState.Connected(peer, state.errors()),
        Optional.empty(),
        new SessionEffect.None(),
        Optional.empty());
  }

  /**
   * Octets came behind STARTTLS in clear text (CVE-2011-0411). To be called in place of writing the
   * 220, which the client is not to see.
   */
  public SessionStep plainTextAfterStartTls(SessionState state) {
    return SessionStep.closing(
        state,
        Replies.PLAIN_TEXT_AFTER_STARTTLS,
        "plain text followed STARTTLS, as in a command injection");
  }

  /** The message is durable: from now on it is ours (RFC 5321, section 6.1). */
  public SessionStep messageAccepted(SessionState state, String queueId) {
    MailTransaction mail = received(state);
    return SessionStep.of(
        new SessionState.Introduced(mail.peer(), 0, mail.hello()), Replies.queued(queueId));
  }

  /** The message was read to its end and is not taken. */
  public SessionStep messageRefused(SessionState state, SmtpReply reply) {
    MailTransaction mail = received(state);
    return counted(
        SessionStep.of(
            new SessionState.Introduced(mail.peer(), state.errors(), mail.hello()), reply));
  }

  /**
   * Why a message with such a header section is not taken, if it is not: it has passed more hosts
   * than the limit (RFC 5321, section 6.3).
   */
  public Optional<SmtpReply> refusalOf(HeaderSection header) {
    return header.count(RECEIVED) > settings.limits().maxHops()
        ? Optional.of(Replies.ROUTING_LOOP)
        : Optional.empty();
  }

  /** A command line was longer than {@link SessionLimits#MAX_COMMAND_LINE} and was skipped. */
  public SessionStep lineTooLong(SessionState state) {
    return counted(SessionStep.of(state, Replies.LINE_TOO_LONG));
  }

  /** A command line had a CR or LF that is not part of a CRLF (RFC 5321, section 2.3.8). */
  public SessionStep badLineEnding(SessionState state) {
    return SessionStep.closing(
        state, Replies.BAD_LINE_END, "bare CR or LF in a command line, as in smuggled commands");
  }

  /** The client was silent for too long; or its handshake was, and then nothing can be said. */
  public SessionStep timedOut(SessionState state) {
    return ending(state, Replies.timeout(settings.hostname()), "timeout");
  }

  /** This host stops. Not to be called while a message that was read waits for its commit. */
  public SessionStep shuttingDown(SessionState state) {
    return ending(state, Replies.shuttingDown(settings.hostname()), "shutting down");
  }

  private static SessionStep ending(SessionState state, SmtpReply reply, String reason) {
    return state instanceof SessionState.Securing || state instanceof SessionState.Closed
        ? SessionStep.closing(state, reason)
        : SessionStep.closing(state, reply, reason);
  }

  /** Counts a permanent refusal, and ends the session that has had too many. */
  private SessionStep counted(SessionStep step) {
    if (step.reply().filter(SmtpReply::isPermanent).isEmpty()) {
      return step;
    }
    DnsName hostname = settings.hostname();
    int errors = step.state().errors() + 1;
    if (errors > settings.limits().maxErrors()) {
      return SessionStep.closing(
          step.state(),
          Replies.tooManyErrors(hostname),
          "more than "
              + settings.limits().maxErrors()
              + " errors; the last: "
              + step.reason().or(() -> step.reply().map(SmtpReply::toString)).orElseThrow());
    }
    return new SessionStep(
        step.state().withErrors(errors), step.reply(), step.effect(), step.reason());
  }

  private static MailTransaction received(SessionState state) {
    if (state instanceof SessionState.Receiving receiving) {
      return receiving.mail();
    }
    throw misplaced("the fate of a message", state);
  }

  private static IllegalStateException misplaced(String input, SessionState state) {
    return new IllegalStateException(
        input + " cannot come in state " + state.getClass().getSimpleName());
  }
}
