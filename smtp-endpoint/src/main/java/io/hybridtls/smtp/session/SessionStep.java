package io.hybridtls.smtp.session;

import io.hybridtls.smtp.protocol.SmtpReply;
import java.util.Optional;

/**
 * The session's answer to one input.
 *
 * @param state to be given with the next input
 * @param reply to be written first, unless there is none
 * @param effect what happens then
 * @param reason for the operator's log, where the reply does not say all
 */
public record SessionStep(
    SessionState state, Optional<SmtpReply> reply, SessionEffect effect, Optional<String> reason) {

  static SessionStep of(SessionState state, SmtpReply reply) {
    return of(state, reply, new SessionEffect.None());
  }

  static SessionStep of(SessionState state, SmtpReply reply, SessionEffect effect) {
    return new SessionStep(state, Optional.of(reply), effect, Optional.empty());
  }

  /** Says {@code reply} and ends the session. */
  static SessionStep closing(SessionState state, SmtpReply reply, String reason) {
    return new SessionStep(
        new SessionState.Closed(state.peer(), state.errors()),
        Optional.of(reply),
        new SessionEffect.Close(),
        Optional.of(reason));
  }

  /** Ends the session without a word. */
  static SessionStep closing(SessionState state, String reason) {
    return new SessionStep(
        new SessionState.Closed(state.peer(), state.errors()),
        Optional.empty(),
        new SessionEffect.Close(),
        Optional.of(reason));
  }
}
