package io.hybridtls.smtp.server;

import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.server.ConnectionRegistry.Admission;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection as the event loop sees it: counted in and out, its input passed to the {@link
 * Dialogue}. Never blocks.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

  private static final SmtpReply BUSY =
      SmtpReply.of(421, EnhancedStatus.of("4.7.0"), "Too many sessions are open; try again later");
  private static final SmtpReply STOPPING =
      SmtpReply.of(421, EnhancedStatus.of("4.3.2"), "Shutting down; try again later");

  private final ConnectionRegistry registry;
  private final Listener listener;
  private final Connection connection;
  private final Dialogue dialogue;

  SessionHandler(ServerContext server, Listener listener, Connection connection) {
    this.registry = server.registry();
    this.listener = listener;
    this.connection = connection;
    this.dialogue = new Dialogue(server, listener, connection);
  }

  /** Ends the session after the message it is receiving, if any. Safe for any thread. */
  void shutDown() {
    connection.onLoop(dialogue::shutDown);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Admission admission = registry.admit(this, listener.policy().maxSessions());
    if (admission == Admission.ADMITTED) {
      dialogue.open();
    } else {
      refuse(admission);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    dialogue.received((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    dialogue.proceed();
    ctx.flush();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      dialogue.cut(); // close_notify: whatever follows in clear is never read
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    registry.remove(this);
    dialogue.disconnected();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debug("{}: connection lost: {}", connection.clientName(), TlsNegotiation.reason(cause));
    } else {
      LOG.warn("{}: session ended by a fault", connection.clientName(), cause);
    }
    dialogue.cut();
  }

  private void refuse(Admission why) {
    boolean full = why == Admission.FULL;
    LOG.warn(
        "{}: connection refused: {}",
        connection.clientName(),
        full ? registry.size() + " sessions are open" : "the agent is stopping");
    dialogue.disconnected();
    if (!listener.isImplicitTls()) {
      connection.write(full ? BUSY : STOPPING);
    }
    connection.flush();
    connection.close(); // without waiting: who is refused must not hold anything
  }
}
