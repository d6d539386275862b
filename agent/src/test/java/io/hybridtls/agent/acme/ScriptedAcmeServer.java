package io.hybridtls.agent.acme;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A CA that misbehaves as told, for the faults that a real one cannot be made to have. Directory,
 * nonces and account work; what happens then is the test's script. It checks no signature.
 */
final class ScriptedAcmeServer implements AutoCloseable {

  private static final int MAX_REQUEST = 1 << 16;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Map<String, Answer> script = new ConcurrentHashMap<>();
  private final Map<String, Queue<Answer>> once = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Channel channel;

  ScriptedAcmeServer() {
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Pipeline())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    on(
        "/dir",
        json(
            200,
            """
            {"newNonce":"$/nonce","newAccount":"$/account","newOrder":"$/new-order",
             "revokeCert":"$/revoke","keyChange":"$/key-change",
             "meta":{"profiles":{"classic":"the default","shortlived":"six days"}}}
            """));
    on("/nonce", json(200, ""));
    on("/account", json(201, "{\"status\":\"valid\"}").header("Location", "$/account/1"));
  }

  /** {@code $} stands for the server's own URL, in headers and body. */
  record Answer(int status, Map<String, String> headers, String body) {

    Answer header(String name, String value) {
      Map<String, String> more = new ConcurrentHashMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, body);
    }
  }

  static Answer json(int status, String body) {
    return new Answer(status, Map.of("Content-Type", "application/json"), body);
  }

  static Answer html(int status) {
    return new Answer(status, Map.of("Content-Type", "text/html"), "<html>sorry</html>");
  }

  /** A problem document whose {@code fields} are JSON members, without the type. */
  static Answer problem(int status, String type, String fields) {
    return new Answer(
        status,
        Map.of("Content-Type", "application/problem+json"),
        "{\"type\":\"urn:ietf:params:acme:error:" + type + "\"," + fields + "}");
  }

  void on(String path, Answer answer) {
    script.put(path, answer);
  }

  /** Answers so the next time only, before what {@link #on} says. */
  void once(String path, Answer answer) {
    once.computeIfAbsent(path, any -> new ConcurrentLinkedQueue<>()).add(answer);
  }

  URI directory() {
    return URI.create(base() + "/dir");
  }

  /** The paths that were asked for, in order. */
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private String base() {
    return "http://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
  }

  private FullHttpResponse respond(String path) {
    requests.add(path);
    Answer next = once.getOrDefault(path, new ConcurrentLinkedQueue<>()).poll();
    Answer answer = next == null ? script.getOrDefault(path, html(404)) : next;
    byte[] body = answer.body().replace("$", base()).getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(body));
    response.headers().set("Replay-Nonce", "nonce" + requests.size());
    answer.headers().forEach((k, v) -> response.headers().set(k, v.replace("$", base())));
    response.headers().set("Connection", "close").setInt("Content-Length", body.length);
    return response;
  }

  private final class Pipeline extends ChannelInitializer<Channel> {

    @Override
    protected void initChannel(Channel connection) {
      connection
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(MAX_REQUEST))
          .addLast(new Handler());
    }
  }

  private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      var unused =
          context.writeAndFlush(respond(request.uri())).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
