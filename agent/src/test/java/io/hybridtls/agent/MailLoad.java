package io.hybridtls.agent;

import io.hybridtls.agent.testing.MailClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send the messages of a ledger, one after the other, for as long as there is an
 * agent, and go on when there is one again.
 */
final class MailLoad {

  private static final long PATIENCE_SECONDS = 30;

  /** Opens a session with the agent. */
  @FunctionalInterface
  interface Connector {
    MailClient connect(InetSocketAddress agent) throws IOException;
  }

  private final MessageLedger ledger;
  private final Phaser starts = new Phaser(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile InetSocketAddress agent = new InetSocketAddress(0);

  MailLoad(MessageLedger ledger) {
    this.ledger = ledger;
  }

  /** Adds a client, which begins with the next agent. */
  void add(Connector connector) {
    int start = starts.getPhase();
    threads.execute(() -> work(connector, start));
  }

  /** Lets all clients connect to an agent that was started. */
  void agentStarted(InetSocketAddress address) {
    agent = address;
    starts.arrive();
  }

  /** Lets every client end the message that it is sending, and ends them. */
  void end() throws InterruptedException {
    starts.forceTermination();
    threads.shutdown();
    if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("a client hangs");
    }
  }

  private void work(Connector connector, int begin) {
    int start = starts.awaitAdvance(begin);
    while (start >= 0) {
      try (MailClient client = connector.connect(agent)) {
        while (!starts.isTerminated()) {
          int number = ledger.next();
          client.send("app@contoso.example", "bob@fabrikam.example", ledger.content(number));
          ledger.noteAnswered(number);
        }
        return;
      } catch (IOException e) {
        start = starts.awaitAdvance(start); // killed: on with the next one
      }
    }
  }
}
