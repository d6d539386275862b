package io.hybridtls.smtp.server;

import io.hybridtls.smtp.tls.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Looks what the client wishes before it is decided how to answer. Whoever hears of it puts the
 * answering handler in this one's place at once, which gets everything that was read. Used on the
 * connection's event loop.
 */
final class ClientHelloReader extends SslClientHelloHandler<ClientHello> {

  /** Octets; hellos with post-quantum key shares have less than a quarter of it. */
  private static final int MAX_LENGTH = 16 * 1024;

  private final Duration limit;
  private final CompletableFuture<ClientHello> hello = new CompletableFuture<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> timer;

  /**
   * @param limit what the client is given to say it
   */
  ClientHelloReader(Duration limit) {
    super(MAX_LENGTH);
    this.limit = limit;
  }

  /** Completes on the event loop; without wishes for a client that does not speak TLS. */
  CompletionStage<ClientHello> hello() {
    return hello;
  }

  /** Hands over to {@code successor}, unless the connection has ended. */
  void replaceBy(ChannelHandler successor) {
    ChannelHandlerContext current = context;
    if (current != null && !current.isRemoved()) {
      current.pipeline().replace(this, null, successor);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    timer =
        added
            .executor()
            .schedule(() -> fail("the client is silent"), limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext removed) throws Exception {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    super.handlerRemoved0(removed);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ended) throws Exception {
    fail("the client has gone");
    super.channelInactive(ended);
  }

  @Override
  protected Future<ClientHello> lookup(ChannelHandlerContext reading, @Nullable ByteBuf body) {
    return reading
        .executor()
        .newSucceededFuture(body == null ? ClientHello.WITHOUT_WISHES : ClientHello.parse(body));
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext reading, Future<ClientHello> found) {
    hello.complete(found.getNow());
  }

  private void fail(String why) {
    hello.completeExceptionally(new SSLException(why));
  }
}
