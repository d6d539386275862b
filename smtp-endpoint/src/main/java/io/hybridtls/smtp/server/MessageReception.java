package io.hybridtls.smtp.server;

import io.hybridtls.smtp.protocol.ContentDefect;
import io.hybridtls.smtp.protocol.EnhancedStatus;
import io.hybridtls.smtp.protocol.MessageDataDecoder;
import io.hybridtls.smtp.protocol.SmtpReply;
import io.hybridtls.smtp.session.MailTransaction;
import io.hybridtls.smtp.session.NegotiatedTls;
import io.hybridtls.smtp.session.ReceivedField;
import io.hybridtls.smtp.spool.MessageBody;
import io.hybridtls.smtp.spool.NewMessage;
import io.hybridtls.smtp.spool.QueueId;
import io.hybridtls.smtp.spool.SpoolException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way from DATA into the spool. Used on the connection's event loop; its stages
 * complete elsewhere.
 */
final class MessageReception {

  private static final Logger LOG = LoggerFactory.getLogger(MessageReception.class);

  private static final SmtpReply SPOOL_FULL =
      SmtpReply.of(452, EnhancedStatus.of("4.3.1"), "Insufficient system storage; try again later");
  private static final SmtpReply SPOOL_FAILED =
      SmtpReply.of(451, EnhancedStatus.of("4.3.0"), "Local error in processing; message not taken");

  /** What to do after some data was read. */
  enum Progress {
    /** Read on. */
    MORE,
    /** Call {@link #spill} before reading on. */
    SPILL,
    /** The data has ended: call {@link #complete}. */
    COMPLETE
  }

  /** The fate of the message: an id when it is durable, a reply when it was not taken. */
  record Outcome(Optional<QueueId> id, Optional<SmtpReply> refusal) {}

  private final ServerContext server;
  private final MailTransaction mail;
  private final String trace;
  private final MessageDataDecoder decoder;
  private final BodyCollector body;
  private CompletionStage<?> atWork = CompletableFuture.completedFuture(null);

  MessageReception(
      ServerContext server, Listener listener, MailTransaction mail, Optional<NegotiatedTls> tls) {
    this.server = server;
    this.mail = mail;
    this.trace = server.nextTraceId();
    ReceivedField received =
        new ReceivedField(mail, listener.policy().hostname(), trace, tls, server.clock().instant());
    this.body =
        new BodyCollector(
            server.spool(),
            server.memory(),
            server.workers(),
            received.encoded(),
            listener.policy().authorizer().believesHeaders(mail.peer(), mail.sender()),
            listener.session()::refusalOf);
    this.decoder = new MessageDataDecoder(listener.policy().limits().maxMessageSize(), body);
  }

  /** Reads what there is, up to the end of the data and no further. */
  Progress read(ByteBuf input) {
    ByteBuffer octets = input.nioBuffer();
    int before = octets.position();
    boolean complete = decoder.decode(octets);
    input.skipBytes(octets.position() - before);
    decoder.defect().map(ContentDefect::reply).ifPresent(body::refuse);
    if (complete) {
      return Progress.COMPLETE;
    }
    return body.mustSpill() ? Progress.SPILL : Progress.MORE;
  }

  /**
   * Makes room in memory. Completes normally always: when the disk fails, the message is read to
   * its end and then refused.
   */
  CompletionStage<Void> spill() {
    CompletionStage<Void> spilled =
        body.spill()
            .exceptionally(
                failure -> {
                  body.refuse(replyTo(failure));
                  return null;
                });
    atWork = spilled;
    return spilled;
  }

  /** Submits the message; completes normally always, after the commit or when it was not taken. */
  CompletionStage<Outcome> complete() {
    CompletionStage<Outcome> completed =
        body.finish().thenCompose(this::submit).exceptionally(MessageReception::failed);
    atWork = completed;
    return completed;
  }

  /** Tells the log what became of the message. */
  void report(Outcome outcome) {
    outcome
        .id()
        .ifPresent(
            id ->
                LOG.info(
                    "{}: accepted from={} nrcpt={} size={} client={} ({}) trace={} by {}",
                    id,
                    mail.sender(),
                    mail.recipients().size(),
                    decoder.size(),
                    mail.peer().address().getHostAddress(),
                    mail.peer().identity().describe(),
                    trace,
                    mail.connectors()));
    outcome
        .refusal()
        .ifPresent(
            reply ->
                LOG.info(
                    "message refused from={} client={}: {}",
                    mail.sender(),
                    mail.peer().address().getHostAddress(),
                    reply));
  }

  /** Gives back what is held, as soon as nobody works on it. */
  void close() {
    atWork.whenComplete((done, failure) -> body.close());
  }

  private CompletionStage<Outcome> submit(MessageBody finished) {
    Optional<SmtpReply> refusal = body.refusal();
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(new Outcome(Optional.empty(), refusal));
    }
    return server
        .spool()
        .accept(new NewMessage(mail.sender(), mail.addresses(), mail.encoding(), finished))
        .thenApply(id -> new Outcome(Optional.of(id), Optional.empty()));
  }

  private static Outcome failed(Throwable failure) {
    return new Outcome(Optional.empty(), Optional.of(replyTo(failure)));
  }

  private static SmtpReply replyTo(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof SpoolException spool) {
      LOG.error("the spool did not take a message: {}", spool.getMessage());
      return spool.isFull() ? SPOOL_FULL : SPOOL_FAILED;
    }
    LOG.error("a message was not taken", cause);
    return SPOOL_FAILED;
  }
}
