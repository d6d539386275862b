package io.hybridtls.smtp.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Just enough of RFC 5321 for a client that makes no mistakes. */
final class SinkSession extends ChannelInboundHandlerAdapter {

  private static final byte[] END_OF_DATA = {'\r', '\n', '.', '\r', '\n'};
  private static final int AFTER_CRLF = 2;
  private static final String PLAIN_OFFER = "250-sink\r\n250-PIPELINING\r\n250 STARTTLS\r\n";
  private static final String SECURE_OFFER = "250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n";

  private final SslContext tls;
  private final AtomicLong messages;
  private final StringBuilder command = new StringBuilder();
  private boolean secured;
  private boolean data;
  private int matched;

  SinkSession(SslContext tls, AtomicLong messages) {
    this.tls = tls;
    this.messages = messages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    say(ctx, "220 sink\r\n");
    ctx.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf input = (ByteBuf) message;
    try {
      while (input.isReadable()) {
        if (data) {
          readData(ctx, input);
        } else {
          readCommand(ctx, input);
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
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void readCommand(ChannelHandlerContext ctx, ByteBuf input) {
    byte octet = input.readByte();
    if (octet == '\n') {
      String verb = command.substring(0, Math.min(4, command.length()));
      command.setLength(0);
      answer(ctx, verb);
    } else {
      command.append((char) octet);
    }
  }

  private void answer(ChannelHandlerContext ctx, String verb) {
    switch (verb) {
      case "EHLO" -> say(ctx, secured ? SECURE_OFFER : PLAIN_OFFER);
      case "STAR" -> startTls(ctx);
      case "DATA" -> {
        data = true;
        matched = AFTER_CRLF;
        say(ctx, "354 go on\r\n");
      }
      case "QUIT" -> {
        say(ctx, "221 bye\r\n");
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
      default -> say(ctx, "250 ok\r\n");
    }
  }

  private void startTls(ChannelHandlerContext ctx) {
    say(ctx, "220 go on\r\n");
    ctx.flush();
    secured = true;
    ctx.pipeline().addFirst(tls.newHandler(ctx.alloc()));
  }

  private void readData(ChannelHandlerContext ctx, ByteBuf input) {
    while (input.isReadable()) {
      byte octet = input.readByte();
      if (octet == END_OF_DATA[matched]) {
        matched++;
      } else {
        matched = octet == '\r' ? 1 : 0;
      }
      if (matched == END_OF_DATA.length) {
        data = false;
        messages.incrementAndGet();
        say(ctx, "250 kept by nobody\r\n");
        return;
      }
    }
  }

  private static void say(ChannelHandlerContext ctx, String words) {
    ByteBuf encoded =
        ByteBufUtil.encodeString(ctx.alloc(), CharBuffer.wrap(words), StandardCharsets.US_ASCII);
    ctx.write(encoded).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }
}
