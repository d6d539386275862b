package io.hybridtls.smtp.client;

import io.hybridtls.smtp.outbound.DeliveryOutcome;
import java.util.List;

/** What the conversation wants done next. */
sealed interface ClientStep {

  /** More replies are to come. */
  record Await() implements ClientStep {
    @Override
    public void perform(Performer performer) {
      performer.await();
    }
  }

  /**
   * Command lines to be sent in one flight.
   *
   * @param commands each with its CRLF
   */
  record Send(String commands) implements ClientStep {
    @Override
    public boolean expectsSilence() {
      return true;
    }

    @Override
    public void perform(Performer performer) {
      performer.send(commands);
    }
  }

  /** Begin the TLS handshake; the peer must have sent nothing beyond its 220. */
  record StartTls() implements ClientStep {
    @Override
    public boolean expectsSilence() {
      return true;
    }

    @Override
    public void perform(Performer performer) {
      performer.startTls();
    }
  }

  /** The connection can take its first message. */
  record Ready() implements ClientStep {
    @Override
    public void perform(Performer performer) {
      performer.ready();
    }
  }

  /** Send the content with its final dot. */
  record SendContent() implements ClientStep {
    @Override
    public boolean expectsSilence() {
      return true;
    }

    @Override
    public void perform(Performer performer) {
      performer.sendContent();
    }
  }

  /**
   * The transaction is over.
   *
   * @param outcomes one for each recipient of the envelope, in its order
   * @param fate what the connection is good for now
   */
  record Finished(List<DeliveryOutcome> outcomes, Fate fate) implements ClientStep {
    public Finished {
      outcomes = List.copyOf(outcomes);
    }

    @Override
    public void perform(Performer performer) {
      performer.finished(outcomes, fate);
    }
  }

  /** The connection never became ready, or ended between transactions; close it. */
  record Failed(DeliveryOutcome outcome) implements ClientStep {
    @Override
    public void perform(Performer performer) {
      performer.failed(outcome);
    }
  }

  /** What a connection is good for after a transaction. */
  enum Fate {
    /** The next message. */
    REUSABLE,
    /** Nothing more: close it. */
    SPENT,
    /**
     * Nothing more; and since it ended before the final dot, the peer has decided nothing: the
     * message may be sent again at once on another connection (RFC 5321, section 4.1.1.4).
     */
    INTERRUPTED
  }

  /** Whoever has the connection. */
  interface Performer {
    void await();

    void send(String commands);

    void startTls();

    void ready();

    void sendContent();

    void finished(List<DeliveryOutcome> outcomes, Fate fate);

    void failed(DeliveryOutcome outcome);
  }

  void perform(Performer performer);

  /** Whether the peer, having led us here, must have nothing more to say before we act. */
  default boolean expectsSilence() {
    return false;
  }
}
