package io.hybridtls.smtp.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** One session of a load, by its {@link SessionPlan}. Runs on its event loop. */
final class LoadSession extends ChannelInboundHandlerAdapter {

  private enum Awaiting {
    GREETING(220),
    HELLO(250),
    START_TLS(220),
    SECURE_HELLO(250),
    SENDER(250),
    RECIPIENT(250),
    DATA(354),
    ACCEPTANCE(250),
    FAREWELL(221);

    private final int code;

    Awaiting(int code) {
      this.code = code;
    }
  }

  private final SessionPlan plan;
  private final ByteBuf envelope;
  private final Tally tally;
  private final ReplyCodes replies = new ReplyCodes();
  private Awaiting awaiting = Awaiting.GREETING;
  private int messagesLeft;
  private boolean envelopeUnderWay;
  private boolean over;

  LoadSession(SessionPlan plan, ByteBuf envelope, Tally tally) {
    this.plan = plan;
    this.envelope = envelope;
    this.tally = tally;
    this.messagesLeft = plan.messages();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf input = (ByteBuf) message;
    try {
      for (int code = replies.next(input); code != 0 && !over; code = replies.next(input)) {
        if (code == awaiting.code) {
          proceed(ctx);
        } else {
          fail(ctx, "in place of " + awaiting + " the server said: " + replies.lastLine());
        }
      }
    } finally {
      input.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        say(ctx, SessionPlan.HELLO, Awaiting.SECURE_HELLO);
        ctx.flush();
      } else {
        fail(ctx, "handshake: " + handshake.cause());
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, "the server closed the connection in place of " + awaiting);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, cause.toString());
  }

  private void proceed(ChannelHandlerContext ctx) {
    switch (awaiting) {
      case GREETING -> say(ctx, SessionPlan.HELLO, Awaiting.HELLO);
      case HELLO -> say(ctx, SessionPlan.START_TLS, Awaiting.START_TLS);
      case START_TLS -> startTls(ctx);
      case SECURE_HELLO -> sayNext(ctx);
      case SENDER -> awaiting = Awaiting.RECIPIENT;
      case RECIPIENT -> awaiting = Awaiting.DATA;
      case DATA -> {
        messagesLeft--;
        write(ctx, SessionPlan.CONTENT);
        sayNext(ctx);
        awaiting = Awaiting.ACCEPTANCE;
      }
      case ACCEPTANCE -> {
        tally.messageAccepted();
        awaiting = envelopeUnderWay ? Awaiting.SENDER : Awaiting.FAREWELL;
      }
      case FAREWELL -> end(ctx);
    }
  }

  /** The next message's envelope, or the end. */
  private void sayNext(ChannelHandlerContext ctx) {
    envelopeUnderWay = messagesLeft > 0;
    if (envelopeUnderWay) {
      say(ctx, envelope, Awaiting.SENDER);
    } else {
      say(ctx, SessionPlan.QUIT, Awaiting.FAREWELL);
    }
  }

  private void say(ChannelHandlerContext ctx, ByteBuf words, Awaiting next) {
    write(ctx, words);
    awaiting = next;
  }

  private static void write(ChannelHandlerContext ctx, ByteBuf words) {
    ctx.write(words.duplicate()).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  private static void close(ChannelHandlerContext ctx) {
    ctx.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  private void startTls(ChannelHandlerContext ctx) {
    ctx.pipeline().addFirst(plan.tls().newHandler(ctx.alloc()));
  }

  private void end(ChannelHandlerContext ctx) {
    over = true;
    tally.sessionEnded();
    close(ctx);
  }

  private void fail(ChannelHandlerContext ctx, String reason) {
    if (!over) {
      over = true;
      tally.sessionFailed(reason);
      close(ctx);
    }
  }
}
