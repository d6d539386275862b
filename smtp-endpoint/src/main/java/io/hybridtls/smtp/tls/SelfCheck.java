package io.hybridtls.smtp.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A handshake between two engines in memory. A context may be built from a key that no handshake
 * can use (too short, of a type that the profile does not sign with): this finds it before a peer
 * does.
 */
final class SelfCheck {

  /** A handshake has two round trips at the most; a step moves one flight or a part of it. */
  private static final int MAX_STEPS = 100;

  private final SSLEngine client;
  private final SSLEngine server;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer plain;

  private SelfCheck(SSLEngine client, SSLEngine server) {
    this.client = client;
    this.server = server;
    int packet =
        Math.max(
            client.getSession().getPacketBufferSize(), server.getSession().getPacketBufferSize());
    toServer = ByteBuffer.allocate(2 * packet);
    toClient = ByteBuffer.allocate(2 * packet);
    plain = ByteBuffer.allocate(2 * packet);
  }

  /**
   * Shakes hands and closes both engines.
   *
   * @throws SSLException when the handshake fails, or ends without what was awaited
   */
  static void prove(SSLEngine client, SSLEngine server, Expectation expectation)
      throws SSLException {
    try {
      new SelfCheck(client, server).shakeHands();
      expectation.check();
    } finally {
      client.closeOutbound();
      server.closeOutbound();
    }
  }

  /** What else must hold after the handshake. */
  @FunctionalInterface
  interface Expectation {
    void check() throws SSLException;
  }

  private void shakeHands() throws SSLException {
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    client.beginHandshake();
    server.beginHandshake();
    for (int step = 0; step < MAX_STEPS; step++) {
      send(client, toServer);
      receive(server, toServer);
      send(server, toClient);
      receive(client, toClient);
      if (isDone(client) && isDone(server)) {
        return;
      }
    }
    throw new SSLException("the handshake does not come to an end");
  }

  private static void send(SSLEngine engine, ByteBuffer wire) throws SSLException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), wire);
      runTasks(engine);
    }
  }

  private void receive(SSLEngine engine, ByteBuffer wire) throws SSLException {
    wire.flip();
    int consumed;
    do { // once more with nothing: BoringSSL looks then at what it was given before
      SSLEngineResult result = engine.unwrap(wire, plain);
      consumed = result.bytesConsumed();
      plain.clear();
      runTasks(engine);
    } while (consumed > 0);
    wire.compact();
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }
}
