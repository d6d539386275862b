package io.hybridtls.agent.acme;

import static io.hybridtls.agent.testing.acme.Reply.html;
import static io.hybridtls.agent.testing.acme.Reply.json;

import io.hybridtls.agent.testing.acme.LoopbackHttp;
import io.hybridtls.agent.testing.acme.Reply;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers in the words of a test, one path at a time, for what matters in a single answer. It keeps
 * nothing and checks nothing: for what becomes of orders there is {@code FaultCa}.
 */
final class ScriptedAcmeServer implements AutoCloseable {

  private static final String NONCE = "Replay-Nonce";

  private final Map<String, Reply> script = new ConcurrentHashMap<>();
  private final Map<String, Queue<Reply>> once = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final LoopbackHttp http = new LoopbackHttp((method, path, body) -> respond(path));

  ScriptedAcmeServer() {
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

  void on(String path, Reply answer) {
    script.put(path, answer);
  }

  /** Answers so the next time only, before what {@link #on} says. */
  void once(String path, Reply answer) {
    once.computeIfAbsent(path, any -> new ConcurrentLinkedQueue<>()).add(answer);
  }

  URI directory() {
    return http.uri().resolve("/dir");
  }

  /** The paths that were asked for, in order. */
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    http.close();
  }

  private Optional<Reply> respond(String path) {
    requests.add(path);
    Reply next = once.getOrDefault(path, new ConcurrentLinkedQueue<>()).poll();
    Reply answer = next == null ? script.getOrDefault(path, html(404)) : next;
    return Optional.of(
        answer.headers().containsKey(NONCE)
            ? answer
            : answer.header(NONCE, "nonce" + requests.size()));
  }
}
