package io.hybridtls.smtp.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.smtp.inbound.RelayAuthorizer;
import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.protocol.CommandParser;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.tls.PeerIdentity;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A session driven by lines of text, as a connection would; remembers every step. */
final class Conversation {

  static final DnsName HOSTNAME = DnsName.of("mail.contoso.example");
  static final EmailAddress POSTMASTER = EmailAddress.of("postmaster@contoso.example");
  static final SessionLimits LIMITS =
      new SessionLimits(10_000, 3, 5, 30, Duration.ofMinutes(5), Duration.ofMinutes(3));
  static final PeerIdentity VERIFIED =
      new PeerIdentity.Verified(
          "CN=client.example",
          Set.of(DnsName.of("client.example")),
          Set.of(CertificateRole.CLIENT));

  private final SmtpSession session;
  private final List<SessionStep> steps = new ArrayList<>();

  private Conversation(SmtpSession session, SendingPeer peer) {
    this.session = session;
    steps.add(session.greet(peer));
  }

  static Conversation with(
      SessionSettings settings,
      RelayAuthorizer authorizer,
      BooleanSupplier certificateAvailable,
      SendingPeer peer) {
    return new Conversation(new SmtpSession(settings, authorizer, certificateAvailable), peer);
  }

  /** STARTTLS offered, no certificate asked for, mail to contoso.example permitted. */
  static Conversation plain() {
    return with(settings(true, false), new ContosoOnly(), () -> true, plainPeer());
  }

  static SessionSettings settings(boolean offersStartTls, boolean requiresClientCertificate) {
    return new SessionSettings(
        HOSTNAME, POSTMASTER, offersStartTls, requiresClientCertificate, LIMITS);
  }

  static SendingPeer plainPeer() {
    return new SendingPeer(InetAddress.getLoopbackAddress(), false, PeerIdentity.anonymous());
  }

  static SendingPeer securedPeer(PeerIdentity identity) {
    return new SendingPeer(InetAddress.getLoopbackAddress(), true, identity);
  }

  /** Sends lines in one flight, up to the first that has an effect on the connection. */
  Conversation send(String... lines) {
    for (String line : lines) {
      if (last().effect() instanceof SessionEffect.Close) {
        break;
      }
      happens(state -> session.command(state, CommandParser.parse(line.getBytes(ISO_8859_1))));
    }
    return this;
  }

  Conversation happens(Function<SessionState, SessionStep> input) {
    steps.add(input.apply(state()));
    return this;
  }

  Conversation secured(PeerIdentity identity) {
    return happens(state -> session.secured(state, identity));
  }

  Conversation accepted(String queueId) {
    return happens(state -> session.messageAccepted(state, queueId));
  }

  SmtpSession session() {
    return session;
  }

  SessionStep last() {
    return steps.get(steps.size() - 1);
  }

  SessionState state() {
    return last().state();
  }

  /** The last reply, for logs; empty when there was none. */
  String reply() {
    return last().reply().map(SmtpReply::toString).orElse("");
  }

  /** The codes of all replies, greeting first. */
  List<Integer> codes() {
    return steps.stream().flatMap(step -> step.reply().stream()).map(SmtpReply::code).toList();
  }
}
