package io.hybridtls.smtp.client;

import io.hybridtls.smtp.protocol.MalformedReplyException;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a {@link ClientConnection} what happens on its channel, in replies instead of octets. */
final class ReplyHandler extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ReplyHandler.class);

  private final ClientConnection connection;
  private final ReplyReader replies = new ReplyReader();

  ReplyHandler(ClientConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connection.await();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      Optional<SmtpReply> reply = replies.next(in);
      while (reply.isPresent()) {
        connection.onReply(reply.get(), replies.hasMore(in));
        reply = replies.next(in);
      }
    } catch (MalformedReplyException e) {
      connection.onLost("4.5.0", reasonOf(e));
    } finally {
      in.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.onLost("4.4.2", "the host closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: connection failed", ctx.channel(), cause);
    connection.onLost("4.4.2", "the connection failed: " + reasonOf(cause));
  }

  private static String reasonOf(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
