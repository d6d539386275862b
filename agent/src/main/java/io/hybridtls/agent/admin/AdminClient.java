package io.hybridtls.agent.admin;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The command line's side: one request, its progress, and its result. */
public final class AdminClient {

  /** An agent that works begins its answer at once, however long the answer then takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path socket;
  private final Duration patience;

  public AdminClient(Path socket) {
    this(socket, PATIENCE);
  }

  AdminClient(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /**
   * Asks the running agent, and waits for as long as the answer takes.
   *
   * @param route as in {@code GET /v1/status}
   * @param parameters by name, each with its values in order
   * @param progress told how it goes, as it goes, on another thread
   * @return the result
   * @throws AgentNotReachableException when no agent answers on the socket
   * @throws IOException when the agent broke off
   */
  public Map<String, Object> ask(
      String route, Map<String, List<String>> parameters, Consumer<Map<String, Object>> progress)
      throws IOException, InterruptedException {
    EventLoopGroup eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin-client", true), NioIoHandler.newFactory());
    try {
      StreamedAnswer answer = new StreamedAnswer(progress);
      connect(eventLoop, answer)
          .writeAndFlush(request(route, parameters))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      return await(answer);
    } finally {
      var unused = eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
  }

  private Map<String, Object> await(StreamedAnswer answer)
      throws IOException, InterruptedException {
    try {
      answer.begun().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return answer.result().get();
    } catch (TimeoutException e) {
      throw new AgentNotReachableException(
          socket, new IOException("it takes requests and does not answer them", e));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("the agent broke off: " + cause.getMessage(), e);
    }
  }

  /** Parameters may be long, and secret: those of a POST are its body, as a web form's are. */
  private static FullHttpRequest request(String route, Map<String, List<String>> parameters) {
    String[] parts = route.split(" ", 2);
    HttpMethod method = HttpMethod.valueOf(parts[0]);
    boolean inBody = method.equals(HttpMethod.POST);
    QueryStringEncoder query = new QueryStringEncoder(inBody ? "" : parts[1]);
    parameters.forEach((name, values) -> values.forEach(value -> query.addParam(name, value)));
    String text = query.toString();
    ByteBuf body =
        inBody && !text.isEmpty()
            ? Unpooled.copiedBuffer(text.substring(1), StandardCharsets.US_ASCII)
            : Unpooled.EMPTY_BUFFER;
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, inBody ? parts[1] : text, body);
    request
        .headers()
        .set(HttpHeaderNames.HOST, "localhost")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    if (inBody) {
      request
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_X_WWW_FORM_URLENCODED);
    }
    return request;
  }

  private Channel connect(EventLoopGroup eventLoop, StreamedAnswer answer) throws IOException {
    ChannelFuture connected =
        new Bootstrap()
            .group(eventLoop)
            .channel(NioDomainSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpClientCodec(), answer);
                  }
                })
            .connect(UnixDomainSocketAddress.of(socket))
            .awaitUninterruptibly();
    if (!connected.isSuccess()) {
      throw new AgentNotReachableException(socket, connected.cause());
    }
    return connected.channel();
  }
}
