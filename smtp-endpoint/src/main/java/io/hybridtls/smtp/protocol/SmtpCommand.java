package io.hybridtls.smtp.protocol;

/**
 * A command line, read (RFC 5321, section 4.1.1; RFC 3207). Every command answers to exactly one
 * method of {@link Handler}, so that a new command is a compile error wherever it is not handled.
 */
public sealed interface SmtpCommand {

  /** Hands this command to its method of {@code handler}. */
  <R> R handle(Handler<R> handler);

  /**
   * HELO.
   *
   * @param client name or address literal as the client wrote it: letters, digits and {@code
   *     .-_:[]}, nothing verified
   */
  record Helo(String client) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.helo(this);
    }
  }

  /**
   * EHLO.
   *
   * @param client as in {@link Helo}
   */
  record Ehlo(String client) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.ehlo(this);
    }
  }

  /** MAIL. */
  record Mail(ReversePath sender, MailParameters parameters) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.mail(this);
    }
  }

  /** RCPT. */
  record Rcpt(ForwardPath recipient) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.rcpt(this);
    }
  }

  /** DATA. */
  record Data() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.data(this);
    }
  }

  /** RSET. */
  record Rset() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.rset(this);
    }
  }

  /** NOOP, with or without an argument. */
  record Noop() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.noop(this);
    }
  }

  /** VRFY; what was asked for is not kept, since nothing is told about mailboxes. */
  record Vrfy() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.vrfy(this);
    }
  }

  /** EXPN. */
  record Expn() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.expn(this);
    }
  }

  /** HELP, with or without an argument. */
  record Help() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.help(this);
    }
  }

  /** QUIT. */
  record Quit() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.quit(this);
    }
  }

  /** STARTTLS (RFC 3207). */
  record StartTls() implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.startTls(this);
    }
  }

  /**
   * A verb that this product does not know.
   *
   * @param verb in upper case
   */
  record Unknown(String verb) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.unknown(this);
    }
  }

  /**
   * A line that is not a command, or a known command with arguments that it cannot have.
   *
   * @param reply what the client is told
   */
  record Malformed(SmtpReply reply) implements SmtpCommand {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.malformed(this);
    }
  }

  /** One answer for each command. */
  interface Handler<R> {
    R helo(Helo command);

    R ehlo(Ehlo command);

    R mail(Mail command);

    R rcpt(Rcpt command);

    R data(Data command);

    R rset(Rset command);

    R noop(Noop command);

    R vrfy(Vrfy command);

    R expn(Expn command);

    R help(Help command);

    R quit(Quit command);

    R startTls(StartTls command);

    R unknown(Unknown command);

    R malformed(Malformed command);
  }
}
