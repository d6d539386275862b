package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.smtp.tls.ClientHello;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientHelloReaderTest {

  private final ClientHelloReader reader = new ClientHelloReader(Duration.ofSeconds(30));
  private final CompletableFuture<ClientHello> hello = reader.hello().toCompletableFuture();

  /** One deadline for the whole hello: octets now and then do not put it off. */
  @Test
  void aClientThatDrawsItsHelloOutShouldNotBeHeardToTheEnd() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addFirst(reader);

    byte[] start = {1, 0, 0x20, 0}; // a hello of 8,192 octets
    for (int second = 0; second < 29; second++) {
      byte octet = second < start.length ? start[second] : 0;
      channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x16, 3, 1, 0, 1, octet}));
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
      assertThat(hello).isNotDone();
    }
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();

    assertThat(hello).isCompletedExceptionally();
    channel.finishAndReleaseAll();
  }

  @Test
  void aTimerShouldNotOutliveAClientThatGoes() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addFirst(reader);
    channel.finishAndReleaseAll();

    assertThat(hello).isCompletedExceptionally();
    assertThat(channel.runScheduledPendingTasks())
        .as("nothing is scheduled any more")
        .isEqualTo(-1);
  }
}
