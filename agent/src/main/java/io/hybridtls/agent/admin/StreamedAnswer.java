package io.hybridtls.agent.admin;

import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Takes an answer apart as it comes: lines, and in each line progress or the result. */
final class StreamedAnswer extends SimpleChannelInboundHandler<HttpObject> {

  private static final byte LINE_FEED = '\n';

  private final Consumer<Map<String, Object>> progress;
  private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
  private final CompletableFuture<Map<String, Object>> result = new CompletableFuture<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * @param progress told each object before the result at once, on the event loop
   */
  StreamedAnswer(Consumer<Map<String, Object>> progress) {
    this.progress = progress;
  }

  /** Done with the first octets of the answer, or with what came in place of them. */
  Future<Boolean> begun() {
    return begun;
  }

  /** The result, once it is there. */
  Future<Map<String, Object>> result() {
    return result;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) throws IOException {
    begun.complete(true);
    if (message instanceof HttpResponse response
        && !response.status().equals(HttpResponseStatus.OK)) {
      fail(new IOException(refusal(response.status())));
    }
    if (message instanceof HttpContent content) {
      read(content.content());
    }
    if (message instanceof LastHttpContent) {
      fail(new IOException("its answer has no result; is it of another version?"));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(new IOException("the connection ended before the answer did; look at the agent's log"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    begun.complete(true); // and the result says how
    result.completeExceptionally(cause);
  }

  private static String refusal(HttpResponseStatus status) {
    return status.equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)
        ? "the request is larger than it takes"
        : "it does not know this request; is it of another version?";
  }

  private void read(ByteBuf octets) throws IOException {
    for (int end = octets.bytesBefore(LINE_FEED); end >= 0; end = octets.bytesBefore(LINE_FEED)) {
      octets.readBytes(line, end).skipBytes(1);
      take(JSON.std.mapFrom(line.toByteArray()));
      line.reset();
    }
    octets.readBytes(line, octets.readableBytes());
  }

  @SuppressWarnings("unchecked") // JSON objects have text as keys
  private void take(Map<String, Object> object) {
    object.forEach(
        (kind, value) -> {
          if (kind.equals(AdminRequestHandler.RESULT) && value instanceof Map) {
            result.complete((Map<String, Object>) value);
          } else if (kind.equals(AdminRequestHandler.PROGRESS) && value instanceof Map) {
            progress.accept((Map<String, Object>) value);
          }
        });
  }
}
