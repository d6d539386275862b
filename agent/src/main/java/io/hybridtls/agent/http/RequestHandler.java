package io.hybridtls.agent.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the first request of a connection, and closes it; a body, or anything else that follows,
 * is thrown away unread. Lives on the connection's event loop.
 */
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final String SCHEME = "http://";

  private final HttpRoutes routes;
  private final Duration timeout;
  private @Nullable Future<?> deadline;
  private boolean answered;

  RequestHandler(HttpRoutes routes, Duration timeout) {
    this.routes = routes;
    this.timeout = timeout;
  }

  /** One deadline for the whole exchange: a byte now and then does not keep a connection open. */
  @Override
  public void channelActive(ChannelHandlerContext context) {
    deadline =
        context.executor().schedule(() -> end(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    context.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    context.fireChannelInactive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (!answered && message instanceof HttpRequest request) {
      answered = true;
      respond(context, request);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("HTTP connection from {} ended", context.channel().remoteAddress(), cause);
    end(context);
  }

  private static void end(ChannelHandlerContext context) {
    var unused = context.close();
  }

  private void respond(ChannelHandlerContext context, HttpRequest request) {
    FullHttpResponse response = answer(request);
    String path = pathOf(request.uri());
    if (path.startsWith(HttpRoutes.CHALLENGES)) {
      LOG.debug(
          "{} {} from {}: {}",
          request.method(),
          path,
          context.channel().remoteAddress(),
          response.status());
    }
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse answer(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return plain(HttpResponseStatus.BAD_REQUEST);
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    if (!head && !request.method().equals(HttpMethod.GET)) {
      FullHttpResponse refusal = plain(HttpResponseStatus.METHOD_NOT_ALLOWED);
      refusal.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
      return refusal;
    }
    Optional<HttpDocument> document = routes.find(pathOf(request.uri()));
    FullHttpResponse response =
        document.isPresent() ? serve(document.get()) : plain(HttpResponseStatus.NOT_FOUND);
    if (head) {
      response.content().clear(); // Content-Length stays that of GET (RFC 9110, section 9.3.2)
    }
    return response;
  }

  private static FullHttpResponse serve(HttpDocument document) {
    ByteBuf body = Unpooled.wrappedBuffer(document.body().get());
    return response(HttpResponseStatus.OK, document.contentType(), body);
  }

  private static FullHttpResponse plain(HttpResponseStatus status) {
    byte[] text = (status + "\n").getBytes(StandardCharsets.US_ASCII);
    return response(status, "text/plain; charset=us-ascii", Unpooled.wrappedBuffer(text));
  }

  private static FullHttpResponse response(
      HttpResponseStatus status, String contentType, ByteBuf body) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
    return response;
  }

  /** The path of a request target in origin form or absolute form (RFC 9112, section 3.2). */
  private static String pathOf(String target) {
    String path = target;
    if (path.startsWith(SCHEME)) {
      int slash = path.indexOf('/', SCHEME.length());
      path = slash < 0 ? "/" : path.substring(slash);
    }
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}
