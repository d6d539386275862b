package io.hybridtls.smtp.server;

import io.hybridtls.smtp.inbound.SendingPeer;
import io.hybridtls.smtp.server.TlsNegotiation.Secured;
import io.hybridtls.smtp.session.NegotiatedTls;
import io.hybridtls.smtp.session.SessionEffect;
import io.hybridtls.smtp.session.SessionLimits;
import io.hybridtls.smtp.session.SessionState;
import io.hybridtls.smtp.session.SessionStep;
import io.hybridtls.smtp.session.SmtpSession;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge between a connection and its session: feeds command lines in, writes replies out, and
 * carries out the effects. While something is under way elsewhere (a handshake, a path check, a
 * commit) input waits. Used on the connection's event loop only.
 */
final class Dialogue {

  private static final Logger LOG = LoggerFactory.getLogger(Dialogue.class);

  /** Input that may pile up while it waits before the socket is no longer read. */
  private static final int MAX_WAITING_INPUT = 64 * 1024;

  private final ServerContext server;
  private final Listener listener;
  private final SmtpSession session;
  private final Connection connection;
  private final SilenceWatch silence;
  private final SmtpFrameDecoder frames = new SmtpFrameDecoder();

  private Phase phase = Phase.SECURING;
  private @Nullable SessionState state;
  private @Nullable MessageReception reception;
  private Optional<NegotiatedTls> negotiated = Optional.empty();
  private boolean stopping;
  private boolean proceeding;

  Dialogue(ServerContext server, Listener listener, Connection connection) {
    this.server = server;
    this.listener = listener;
    this.session = listener.session();
    this.connection = connection;
    SessionLimits limits = listener.policy().limits();
    this.silence =
        new SilenceWatch(
            connection.channel().eventLoop(),
            Phase.shortestPatience(limits),
            () -> phase.patience(limits),
            () -> take(session.timedOut(state())));
  }

  /** Greets the client, or with implicit TLS waits for its handshake. */
  void open() {
    silence.start();
    if (listener.isImplicitTls()) {
      secure();
    } else {
      phase = Phase.COMMANDS;
      take(session.greet(new SendingPeer(connection.client(), false, PeerIdentity.anonymous())));
      connection.flush();
    }
  }

  /** Takes over {@code input}. */
  void received(ByteBuf input) {
    if (phase == Phase.OVER) {
      input.release();
      return;
    }
    silence.heard();
    frames.add(connection.allocator(), input);
    proceed();
  }

  /**
   * Answers what can be answered. Stops at a client that does not read its replies, and lets the
   * socket wait while more has piled up than a session may hold.
   */
  void proceed() {
    if (proceeding) {
      return; // a message refused at once, or a write, led back here: the loop below goes on
    }
    proceeding = true;
    try {
      boolean going = true;
      while (going && connection.isWritable() && !frames.isEmpty()) {
        going =
            switch (phase) {
              case COMMANDS -> nextCommand();
              case DATA -> readData();
              case SECURING, WAITING, OVER -> false;
            };
      }
    } finally {
      proceeding = false;
    }
    frames.trim(); // an idle session holds no buffer
    connection.setReading(frames.pending().readableBytes() <= MAX_WAITING_INPUT);
  }

  /** Says goodbye as soon as no message is at stake. */
  void shutDown() {
    stopping = true;
    if (phase == Phase.COMMANDS) {
      take(session.shuttingDown(state()));
    } else if (phase == Phase.SECURING) {
      cut();
    }
  }

  /** Ends the connection without a word. */
  void cut() {
    disconnected();
    connection.close();
  }

  /** The connection has ended: what was not taken is given up. */
  void disconnected() {
    phase = Phase.OVER;
    silence.stop();
    frames.release();
    closeReception();
  }

  /** Whether there was a whole command line. */
  private boolean nextCommand() {
    Optional<SessionStep> step = frames.next().step(session, state());
    step.ifPresent(this::take);
    return step.isPresent();
  }

  private void take(SessionStep step) {
    if (step.effect() instanceof SessionEffect.StartTls && !frames.isEmpty()) {
      take(session.plainTextAfterStartTls(step.state()));
      return;
    }
    state = step.state();
    step.reason().ifPresent(why -> LOG.info("{}: {}", connection.clientName(), why));
    step.reply().ifPresent(connection::write);
    if (step.effect() instanceof SessionEffect.StartTls) {
      connection.flush();
      secure();
    } else if (step.effect() instanceof SessionEffect.ReceiveMessage receive) {
      reception = new MessageReception(server, listener, receive.transaction(), negotiated);
      phase = Phase.DATA;
    } else if (step.effect() instanceof SessionEffect.Close) {
      disconnected();
      connection.bidFarewell();
    }
  }

  private void secure() {
    phase = Phase.SECURING;
    new TlsNegotiation(listener, server.verifier())
        .begin(connection)
        .thenAccept(secured -> connection.onLoop(() -> afterHandshake(secured)));
  }

  private void afterHandshake(Optional<Secured> secured) {
    if (phase == Phase.OVER) {
      return;
    }
    if (secured.isEmpty()) {
      cut();
      return;
    }
    PeerIdentity identity = secured.get().identity();
    negotiated = Optional.of(secured.get().agreed());
    take(
        listener.isImplicitTls()
            ? session.greet(new SendingPeer(connection.client(), true, identity))
            : session.secured(state(), identity));
    resume(Phase.COMMANDS);
  }

  /** Whether reading goes on at once. */
  private boolean readData() {
    MessageReception receiving = Objects.requireNonNull(reception);
    return switch (receiving.read(frames.pending())) {
      case MORE -> true;
      case SPILL -> {
        phase = Phase.WAITING;
        receiving
            .spill()
            .whenComplete((done, failure) -> connection.onLoop(() -> resume(Phase.DATA)));
        yield phase == Phase.DATA;
      }
      case COMPLETE -> {
        phase = Phase.WAITING;
        connection.flush();
        receiving
            .complete()
            .whenComplete(
                (outcome, failure) -> connection.onLoop(() -> afterMessage(receiving, outcome)));
        yield phase == Phase.COMMANDS;
      }
    };
  }

  private void afterMessage(MessageReception received, MessageReception.Outcome outcome) {
    received.report(outcome);
    if (phase == Phase.OVER) {
      return;
    }
    closeReception();
    phase = Phase.COMMANDS;
    take(
        outcome
            .refusal()
            .map(reply -> session.messageRefused(state(), reply))
            .orElseGet(
                () -> session.messageAccepted(state(), outcome.id().orElseThrow().toString())));
    resume(Phase.COMMANDS);
  }

  /** Goes on with {@code next} and the input that has piled up meanwhile. */
  private void resume(Phase next) {
    if (phase == Phase.OVER) {
      return;
    }
    phase = next;
    silence.heard(); // the client's turn begins now
    if (stopping) {
      shutDown();
    }
    proceed();
    connection.flush();
  }

  private void closeReception() {
    MessageReception ended = reception;
    if (ended != null) {
      reception = null;
      ended.close();
    }
  }

  private SessionState state() {
    return Objects.requireNonNull(state);
  }
}
