package io.hybridtls.agent.acme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads a response body whole, and gives up on one that is larger than any CA's answer. */
final class LimitedBody implements BodySubscriber<InputStream> {

  static final int MAX_BYTES = 1 << 20;

  private final BodySubscriber<byte[]> whole = BodySubscribers.ofByteArray();
  private Flow.@Nullable Subscription subscription;
  private long received;

  @Override
  public CompletionStage<InputStream> getBody() {
    return whole.getBody().thenApply(ByteArrayInputStream::new);
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    subscription = begun;
    whole.onSubscribe(begun);
  }

  @Override
  public void onNext(List<ByteBuffer> items) {
    received += items.stream().mapToLong(ByteBuffer::remaining).sum();
    if (received <= MAX_BYTES) {
      whole.onNext(items);
    } else if (subscription != null) {
      subscription.cancel();
      whole.onError(new IOException("the answer is larger than " + MAX_BYTES + " bytes"));
    }
  }

  @Override
  public void onError(Throwable cause) {
    whole.onError(cause);
  }

  @Override
  public void onComplete() {
    whole.onComplete();
  }
}
