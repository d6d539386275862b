package io.hybridtls.smtp.session;

import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.inbound.RelayVerdict;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.Extension;
import io.hybridtls.smtp.protocol.SmtpCommand;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.session.MailTransaction.PermittedRecipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The step for each command in one state. */
record CommandAnswers(
    SessionSettings settings,
    RelayAuthorizer authorizer,
    BooleanSupplier certificateAvailable,
    SessionState state)
    implements SmtpCommand.Handler<SessionStep> {

  /** What a browser says that was made to speak to this port by somebody else's page. */
  private static final Set<String> WEB_VERBS =
      Set.of("GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT");

  @Override
  public SessionStep helo(SmtpCommand.Helo command) {
    return introduced(
        new Hello(command.client(), false), SmtpReply.of(250, settings.hostname().value()));
  }

  @Override
  public SessionStep ehlo(SmtpCommand.Ehlo command) {
    List<String> lines = new ArrayList<>();
    lines.add(settings.hostname().value());
    lines.add(Extension.PIPELINING.keyword());
    lines.add(Extension.SIZE.keyword() + " " + settings.limits().maxMessageSize());
    if (settings.offersStartTls() && !state.peer().secured()) {
      lines.add(Extension.STARTTLS.keyword());
    }
    lines.add(Extension.EIGHT_BIT_MIME.keyword());
    lines.add(Extension.ENHANCED_STATUS_CODES.keyword());
    return introduced(
        new Hello(command.client(), true), new SmtpReply(250, Optional.empty(), lines));
  }

  /** A second introduction drops the message that was begun (RFC 5321, section 4.1.4). */
  private SessionStep introduced(Hello hello, SmtpReply reply) {
    return SessionStep.of(new SessionState.Introduced(state.peer(), state.errors(), hello), reply);
  }

  @Override
  public SessionStep mail(SmtpCommand.Mail command) {
    Optional<Hello> hello = state.hello();
    if (hello.isEmpty()) {
      return refused(Replies.HELLO_FIRST);
    }
    if (state.transaction().isPresent()) {
      return refused(Replies.NESTED_MAIL);
    }
    SendingPeer peer = state.peer();
    if (settings.requiresClientCertificate() && peer.identity().verified().isEmpty()) {
      return refused(
          settings.offersStartTls() && !peer.secured()
              ? Replies.TLS_FIRST
              : Replies.CERTIFICATE_REQUIRED,
          "client certificate required: " + peer.identity().describe());
    }
    long limit = settings.limits().maxMessageSize();
    if (command.parameters().declaredSize().orElse(0) > limit) {
      return refused(Replies.tooLarge(limit));
    }
    RelayVerdict verdict = authorizer.maySend(peer, command.sender());
    if (verdict instanceof RelayVerdict.Refused refusal) {
      return refused(refusal.reply(), refusal.reason());
    }
    return begun(command, hello.get(), ((RelayVerdict.Permitted) verdict).connector());
  }

  private SessionStep begun(SmtpCommand.Mail command, Hello hello, String connector) {
    MailTransaction transaction =
        new MailTransaction(
            state.peer(),
            hello,
            command.sender(),
            connector,
            command.parameters().body(),
            command.parameters().declaredSize(),
            List.of());
    return SessionStep.of(
        new SessionState.Composing(state.errors(), transaction), Replies.SENDER_OK);
  }

  @Override
  public SessionStep rcpt(SmtpCommand.Rcpt command) {
    Optional<MailTransaction> begun = state.transaction();
    if (begun.isEmpty()) {
      return refused(Replies.MAIL_FIRST);
    }
    MailTransaction mail = begun.get();
    EmailAddress recipient = command.recipient().resolve(settings.postmaster());
    if (mail.isFor(recipient)) {
      return SessionStep.of(state, Replies.RECIPIENT_OK);
    }
    if (mail.recipients().size() >= settings.limits().maxRecipients()) {
      return refused(Replies.TOO_MANY_RECIPIENTS);
    }
    RelayVerdict verdict = authorizer.mayRelay(mail.peer(), mail.sender(), recipient);
    if (verdict instanceof RelayVerdict.Refused refusal) {
      return refused(refusal.reply(), refusal.reason());
    }
    String connector = ((RelayVerdict.Permitted) verdict).connector();
    MailTransaction longer = mail.with(new PermittedRecipient(recipient, connector));
    return SessionStep.of(new SessionState.Composing(state.errors(), longer), Replies.RECIPIENT_OK);
  }

  @Override
  public SessionStep data(SmtpCommand.Data command) {
    Optional<MailTransaction> begun = state.transaction();
    if (begun.isEmpty()) {
      return refused(Replies.MAIL_FIRST);
    }
    MailTransaction mail = begun.get();
    if (mail.recipients().isEmpty()) {
      return refused(Replies.NO_RECIPIENTS);
    }
    return SessionStep.of(
        new SessionState.Receiving(state.errors(), mail),
        Replies.START_DATA,
        new SessionEffect.ReceiveMessage(mail));
  }

  @Override
  public SessionStep rset(SmtpCommand.Rset command) {
    SessionState blank =
        state
            .hello()
            .<SessionState>map(
                hello -> new SessionState.Introduced(state.peer(), state.errors(), hello))
            .orElse(state);
    return SessionStep.of(blank, Replies.OK);
  }

  @Override
  public SessionStep noop(SmtpCommand.Noop command) {
    return SessionStep.of(state, Replies.OK);
  }

  @Override
  public SessionStep vrfy(SmtpCommand.Vrfy command) {
    return SessionStep.of(state, Replies.NOT_VERIFIED);
  }

  @Override
  public SessionStep expn(SmtpCommand.Expn command) {
    return refused(Replies.NOT_IMPLEMENTED);
  }

  @Override
  public SessionStep help(SmtpCommand.Help command) {
    return SessionStep.of(state, Replies.HELP);
  }

  @Override
  public SessionStep quit(SmtpCommand.Quit command) {
    return SessionStep.closing(state, Replies.closing(settings.hostname()), "the client quit");
  }

  @Override
  public SessionStep startTls(SmtpCommand.StartTls command) {
    if (state.peer().secured()) {
      return refused(Replies.TLS_ACTIVE);
    }
    if (!settings.offersStartTls()) {
      return refused(Replies.TLS_NOT_OFFERED);
    }
    if (!certificateAvailable.getAsBoolean()) {
      return refused(Replies.TLS_UNAVAILABLE, "the listener's certificate is not there yet");
    }
    return SessionStep.of(
        new SessionState.Securing(state.peer(), state.errors()),
        Replies.READY_FOR_TLS,
        new SessionEffect.StartTls());
  }

  @Override
  public SessionStep unknown(SmtpCommand.Unknown command) {
    return WEB_VERBS.contains(command.verb())
        ? SessionStep.closing(state, Replies.NOT_WEB, "an HTTP request: " + command.verb())
        : refused(Replies.NOT_RECOGNISED);
  }

  @Override
  public SessionStep malformed(SmtpCommand.Malformed command) {
    return refused(command.reply());
  }

  private SessionStep refused(SmtpReply reply) {
    return SessionStep.of(state, reply);
  }

  private SessionStep refused(SmtpReply reply, String reason) {
    return new SessionStep(
        state, Optional.of(reply), new SessionEffect.None(), Optional.of(reason));
  }
}
