package io.hybridtls.smtp.client;

import io.hybridtls.smtp.client.ClientStep.Fate;
import io.hybridtls.smtp.outbound.DeliveryOutcome;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge between a channel and its conversation: feeds it replies and events, and does what it
 * wants done. Everything happens on the channel's event loop; only {@link #carry}, {@link #retire}
 * and {@link #abort} may be called from elsewhere.
 */
final class ClientConnection implements ClientStep.Performer, ContentSender.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final Channel channel;
  private final ClientConversation conversation;
  private final TlsStarter tls;
  private final ContentSender contents;
  private final ClientTimeouts timeouts;
  private final ConnectionOwner owner;
  private final Deadline deadline;
  private @Nullable DeliveryAttempt current;
  private boolean inHandshake;
  private boolean opened;
  private boolean ended;

  /** Whether the host has had time to close the connection before it got a message. */
  private boolean rested;

  ClientConnection(
      Channel channel,
      ClientConversation conversation,
      TlsStarter tls,
      ContentSender contents,
      ClientTimeouts timeouts,
      ConnectionOwner owner) {
    this.channel = channel;
    this.conversation = conversation;
    this.tls = tls;
    this.contents = contents;
    this.timeouts = timeouts;
    this.owner = owner;
    this.deadline = new Deadline(channel.eventLoop(), this::onDeadline);
  }

  /** Begins {@code attempt} on this idle connection; it is handed back when that is too late. */
  void carry(DeliveryAttempt attempt) {
    channel.eventLoop().execute(() -> serve(Optional.of(attempt)));
  }

  /** Says goodbye if the connection is idle; otherwise its owner has to see to it later. */
  void retire() {
    channel.eventLoop().execute(this::quitIfIdle);
  }

  /** Closes the connection, whatever it is doing. */
  void abort(String reason) {
    channel.eventLoop().execute(() -> lose("4.3.2", reason));
  }

  /**
   * The host answered.
   *
   * @param moreFollows whether it sent more than that in the same flight
   */
  void onReply(SmtpReply reply, boolean moreFollows) {
    if (ended) {
      hangUp(); // the answer to QUIT
      return;
    }
    ClientStep step = conversation.onReply(reply);
    if (moreFollows && step.expectsSilence()) {
      lose("4.5.0", "the host sent more than the reply \"" + reply + "\"");
    } else {
      step.perform(this);
    }
  }

  /** The connection is of no use any more. */
  void onLost(String status, String reason) {
    String hint = opened ? "" : tls.hint();
    if (inHandshake || !hint.isEmpty()) {
      onHandshakeFailed(reason + hint);
    } else {
      lose(status, reason);
    }
  }

  @Override
  public void await() {
    deadline.set(timeouts.command());
  }

  @Override
  public void send(String commands) {
    deadline.set(timeouts.command());
    channel
        .writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), commands))
        .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  public void startTls() {
    inHandshake = true;
    deadline.set(timeouts.connect().plus(timeouts.command())); // the check of the peer included
    tls.start(channel, this::onHandshake, this::onHandshakeFailed);
  }

  private void onHandshake(PeerCheck.Verdict verdict) {
    if (ended) {
      return;
    }
    inHandshake = false;
    if (verdict.objection().isPresent()) {
      lose("4.7.5", "the host is not who it must be: " + verdict.objection().get());
    } else {
      conversation.onSecured(verdict.relay()).perform(this);
    }
  }

  private void onHandshakeFailed(String reason) {
    lose("4.7.5", "the TLS handshake failed: " + reason);
  }

  @Override
  public void ready() {
    opened = true;
    serve(owner.ready(this));
  }

  /** Begins {@code next}, and what follows it as long as each is over at once. */
  private void serve(Optional<DeliveryAttempt> next) {
    Optional<DeliveryAttempt> attempt = next;
    while (attempt.isPresent()) {
      if (ended) {
        owner.handBack(attempt.get());
        return;
      }
      current = attempt.get();
      ClientStep step = conversation.begin(attempt.get().envelope());
      if (!(step instanceof ClientStep.Finished refused)) {
        step.perform(this);
        return;
      }
      current = null;
      DeliveryAttempt over = attempt.get();
      attempt = owner.ready(this);
      over.finish(refused.outcomes());
    }
    rested = true;
    deadline.set(timeouts.idle());
  }

  @Override
  public void sendContent() {
    if (current != null) {
      deadline.set(timeouts.data());
      contents.send(current.body(), channel, conversation.relay(), this);
    }
  }

  @Override
  public void contentProgressed() {
    if (!ended) {
      deadline.set(timeouts.data());
    }
  }

  @Override
  public void contentEnding() {
    if (!ended) {
      deadline.set(timeouts.data());
      conversation.onContentEnding();
    }
  }

  @Override
  public void contentUnsendable(DeliveryOutcome outcome) {
    if (!ended) {
      conversation.onContentUnsendable(outcome).perform(this);
    }
  }

  @Override
  public void finished(List<DeliveryOutcome> outcomes, Fate fate) {
    DeliveryAttempt done = current;
    current = null;
    if (done == null) {
      throw new IllegalStateException("no message is under way");
    }
    boolean isFresh = !rested;
    rested = true;
    if (fate == Fate.REUSABLE) {
      Optional<DeliveryAttempt> next = owner.ready(this);
      done.finish(outcomes);
      serve(next);
      return;
    }
    end();
    hangUp();
    if (fate == Fate.INTERRUPTED && !isFresh && done.mayRepeat()) {
      owner.handBack(done);
    } else {
      done.finish(outcomes);
    }
  }

  @Override
  public void failed(DeliveryOutcome outcome) {
    boolean wasInHandshake = inHandshake;
    end();
    hangUp();
    if (!opened) {
      owner.setupFailed(outcome, wasInHandshake);
    }
  }

  private void lose(String status, String reason) {
    if (!ended) {
      conversation.onLost(status, reason).perform(this);
    }
  }

  private void onDeadline() {
    if (ended) {
      hangUp();
    } else if (opened && current == null) {
      quitIfIdle();
    } else {
      lose("4.4.2", "the host did not answer in time");
    }
  }

  private void quitIfIdle() {
    if (opened && current == null && !ended) {
      end();
      send("QUIT\r\n");
      deadline.set(GOODBYE);
    }
  }

  private void end() {
    ended = true;
    deadline.cancel();
    if (opened) {
      owner.ended(this);
    }
  }

  private void hangUp() {
    channel.close().addListener(closed -> LOG.debug("{}: closed", channel));
  }
}
