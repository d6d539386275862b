package io.hybridtls.smtp.server;

import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.session.SessionSettings;
import io.hybridtls.smtp.session.SmtpSession;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import io.hybridtls.smtp.tls.ProtocolContexts;
import io.hybridtls.smtp.tls.TlsContexts;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * One address with the rules of the sessions that begin on it now.
 *
 * @param otherProtocols who answers there when a client does not come for mail; stays with the
 *     address when the rules change
 */
record Listener(
    ListenerSettings settings,
    ServerPolicy policy,
    SmtpSession session,
    TlsContexts tls,
    ProtocolContexts otherProtocols) {

  static Listener of(
      ListenerSettings settings,
      ServerPolicy policy,
      TlsContexts tls,
      ProtocolContexts otherProtocols) {
    SessionSettings sessions =
        new SessionSettings(
            policy.hostname(),
            new EmailAddress("postmaster", policy.hostname().value()),
            settings.tls() == ListenerTls.STARTTLS,
            settings.clientCertificate() == ClientCertificateMode.REQUIRED,
            policy.limits());
    SmtpSession session =
        new SmtpSession(sessions, policy.authorizer(), () -> context(settings, tls).isPresent());
    return new Listener(settings, policy, session, tls, otherProtocols);
  }

  /**
   * The context for a handshake that begins now; empty while there is no certificate to present.
   */
  Optional<SslContext> context() {
    return context(settings, tls);
  }

  boolean isImplicitTls() {
    return settings.tls() == ListenerTls.IMPLICIT;
  }

  /** Whether it must be looked what a client wishes: before STARTTLS all come for mail. */
  boolean hasOtherProtocols() {
    return isImplicitTls() && !otherProtocols.isEmpty();
  }

  private static Optional<SslContext> context(ListenerSettings settings, TlsContexts tls) {
    return settings.certificate().flatMap(id -> tls.server(id, settings.clientCertificate()));
  }
}
