package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.outbound.Relay;
import io.hybridtls.smtp.outbound.TlsRequirement;
import io.hybridtls.smtp.protocol.Extension;
import io.hybridtls.smtp.protocol.SmtpReply;

/**
 * From the greeting to the point where mail may be sent: EHLO, and STARTTLS as the requirement
 * wants it (RFC 3207). Where TLS is required, nothing that is said before it is proof of anything,
 * so a refusal in clear text only defers.
 */
final class SessionOpening {

  private enum Phase {
    GREETING,
    EHLO,
    HELO,
    STARTTLS,
    HANDSHAKE,
    EHLO_SECURED,
    OPEN
  }

  private static final int SERVICE_READY = 220;
  private static final int OK = 250;

  private final String hostname;
  private final TlsRequirement requirement;
  private final boolean avoidTls;
  private Relay relay;
  private Phase phase = Phase.GREETING;
  private ServerOffer offer = ServerOffer.NOTHING;

  /**
   * @param avoidTls whether STARTTLS is passed over, after a handshake that failed; only without a
   *     requirement
   */
  SessionOpening(String hostname, TlsRequirement requirement, boolean avoidTls, Relay relay) {
    if (avoidTls && requirement.requiresTls()) {
      throw new IllegalArgumentException("required TLS is never avoided");
    }
    this.hostname = hostname;
    this.requirement = requirement;
    this.avoidTls = avoidTls;
    this.relay = relay;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  ServerOffer offer() {
    return offer;
  }

  Relay relay() {
    return relay;
  }

  ClientStep onReply(SmtpReply reply) {
    return switch (phase) {
      case GREETING -> onGreeting(reply);
      case EHLO -> onEhlo(reply);
      case HELO -> reply.code() == OK ? open(ServerOffer.NOTHING) : refused("HELO", reply);
      case STARTTLS -> onStartTls(reply);
      case EHLO_SECURED ->
          reply.code() == OK ? open(ServerOffer.in(reply)) : refused("EHLO", reply);
      case HANDSHAKE, OPEN -> failed("4.5.0", "a reply that we did not ask for: " + reply);
    };
  }

  /** The handshake is done and the peer is who it must be. */
  ClientStep onSecured(Relay secured) {
    relay = secured;
    offer = ServerOffer.NOTHING;
    phase = Phase.EHLO_SECURED;
    return ehlo();
  }

  ClientStep failed(String status, String reason) {
    return new ClientStep.Failed(DeliveryOutcome.deferred(relay, status, reason));
  }

  private ClientStep onGreeting(SmtpReply reply) {
    if (reply.code() != SERVICE_READY) {
      return refused("the connection", reply);
    }
    phase = Phase.EHLO;
    return ehlo();
  }

  private ClientStep onEhlo(SmtpReply reply) {
    if (reply.isPermanent() && !requirement.requiresTls()) {
      phase = Phase.HELO;
      return new ClientStep.Send("HELO " + hostname + "\r\n");
    }
    if (reply.code() != OK) {
      return refused("EHLO", reply);
    }
    ServerOffer clear = ServerOffer.in(reply);
    if (clear.includes(Extension.STARTTLS) && !avoidTls) {
      offer = clear;
      phase = Phase.STARTTLS;
      return new ClientStep.Send("STARTTLS\r\n");
    }
    return requirement.requiresTls()
        ? failed("4.7.4", "TLS is required (" + requirement + "), but the host offers no STARTTLS")
        : open(clear);
  }

  private ClientStep onStartTls(SmtpReply reply) {
    if (reply.code() == SERVICE_READY) {
      phase = Phase.HANDSHAKE;
      return new ClientStep.StartTls();
    }
    return requirement.requiresTls()
        ? failed("4.7.4", "TLS is required (" + requirement + "), but STARTTLS got: " + reply)
        : open(offer);
  }

  private ClientStep open(ServerOffer made) {
    if (requirement.requiresTls() && phase != Phase.EHLO_SECURED) {
      throw new IllegalStateException("about to send mail in clear text though TLS is required");
    }
    offer = made;
    phase = Phase.OPEN;
    return new ClientStep.Ready();
  }

  private ClientStep ehlo() {
    return new ClientStep.Send("EHLO " + hostname + "\r\n");
  }

  private ClientStep refused(String what, SmtpReply reply) {
    boolean unproven = requirement.requiresTls() && phase != Phase.EHLO_SECURED;
    return unproven && reply.isPermanent()
        ? failed("4.7.0", what + " was refused before TLS: " + reply)
        : new ClientStep.Failed(DeliveryOutcome.of(relay, reply));
  }
}
