package io.hybridtls.agent.admin;

import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the resource for the first request of a connection and streams its answer, one JSON object
 * a line: any number of {@code {"progress": {…}}}, and {@code {"result": {…}}} at the end. The
 * resource answers on a worker; nothing here waits on the event loop.
 */
final class AdminRequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  /** The one key of each line, and so what the object under it is. */
  static final String PROGRESS = "progress";

  static final String RESULT = "result";

  private static final Logger LOG = LoggerFactory.getLogger(AdminRequestHandler.class);

  /** A command line that takes nothing for so long, because it was suspended, counts as gone. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, AdminResource> routes;
  private final Executor workers;
  private boolean asked;

  AdminRequestHandler(Map<String, AdminResource> routes, Executor workers) {
    this.routes = routes;
    this.workers = workers;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (asked) {
      return; // answers would mix; the response has said "Connection: close"
    }
    asked = true;
    QueryStringDecoder query = new QueryStringDecoder(request.uri());
    Optional<Map<String, List<String>>> parameters = parameters(query, request);
    if (parameters.isEmpty() || request.decoderResult().isFailure()) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST);
      return;
    }
    AdminResource resource = routes.get(request.method() + " " + query.path());
    if (resource == null) {
      refuse(ctx, HttpResponseStatus.NOT_FOUND);
      return;
    }
    workers.execute(() -> answer(ctx, resource, parameters.get()));
  }

  /** Those in the target, and those in the body, which may be secret and are logged nowhere. */
  private static Optional<Map<String, List<String>>> parameters(
      QueryStringDecoder query, FullHttpRequest request) {
    try {
      Map<String, List<String>> all = new HashMap<>(query.parameters());
      String body = request.content().toString(StandardCharsets.UTF_8);
      all.putAll(new QueryStringDecoder(body, /* hasPath= */ false).parameters());
      return Optional.of(all);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // its message repeats the text, and the password in it
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("an admin connection was lost: {}", cause.getClass().getSimpleName());
    abort(ctx);
  }

  private static void answer(
      ChannelHandlerContext ctx, AdminResource resource, Map<String, List<String>> parameters) {
    start(ctx, HttpResponseStatus.OK);
    boolean complete = false;
    try {
      Map<String, ?> result = resource.answer(parameters, object -> send(ctx, PROGRESS, object));
      send(ctx, RESULT, result);
      complete = true;
    } catch (RefusedRequestException e) {
      complete = refuse(ctx, e);
    } catch (IOException e) {
      LOG.debug("the command line went away during {}: {}", resource.route(), e.toString());
    } catch (RuntimeException e) {
      LOG.error("{} failed", resource.route(), e);
    } finally {
      if (complete) {
        end(ctx);
      } else {
        abort(ctx);
      }
    }
  }

  private static boolean refuse(ChannelHandlerContext ctx, RefusedRequestException refusal) {
    try {
      String text = String.valueOf(refusal.getMessage());
      send(ctx, RESULT, Map.of("exit", refusal.exitCode(), "error", text));
      return true;
    } catch (IOException e) {
      LOG.debug("the command line went away: {}", e.toString());
      return false;
    }
  }

  private static void send(ChannelHandlerContext ctx, String kind, Map<String, ?> object)
      throws IOException {
    byte[] line = JSON.std.asBytes(Map.of(kind, object));
    ChannelFuture sent =
        ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(line, new byte[] {'\n'})));
    if (!sent.awaitUninterruptibly(PATIENCE.toMillis())) {
      throw new IOException("it takes nothing any more");
    }
    if (!sent.isSuccess()) {
      throw new IOException(sent.cause());
    }
  }

  private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    start(ctx, status);
    end(ctx);
  }

  private static void start(ChannelHandlerContext ctx, HttpResponseStatus status) {
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/x-ndjson")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private static void end(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
  }

  /** Without the end of the answer, so that the command line sees that there is none. */
  private static void abort(ChannelHandlerContext ctx) {
    var unused = ctx.close();
  }
}
