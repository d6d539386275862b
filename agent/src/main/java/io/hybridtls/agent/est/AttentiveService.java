package io.hybridtls.agent.est;

import io.hybridtls.agent.renewal.RetryAfter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.bouncycastle.est.ESTClient;
import org.bouncycastle.est.ESTClientProvider;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.ESTRequest;
import org.bouncycastle.est.ESTResponse;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.est.jcajce.SSLSocketFactoryCreator;

/**
 * Builds a service that remembers what its server says of a refusal, and until when it asks us to
 * wait: Bouncy Castle forgets both, and takes a wait by the wall clock elsewhere. Of one
 * conversation, for one thread.
 */
final class AttentiveService extends JsseESTServiceBuilder {

  private final InstantSource clock;
  private Latest latest = Latest.NONE;

  AttentiveService(String server, SSLSocketFactory sockets, InstantSource clock) {
    super(server, new Sockets(sockets));
    this.clock = clock;
  }

  /** Each of their connections is checked against roots, those of Java at the least. */
  private record Sockets(SSLSocketFactory createFactory) implements SSLSocketFactoryCreator {
    @Override
    public boolean isTrusted() {
      return true;
    }
  }

  /**
   * The latest answer.
   *
   * @param status 0 when there was none, or it broke off
   * @param retryAt when the server wants to be asked again, if it says so
   * @param words what it says of a refusal, if it does
   */
  record Latest(int status, Optional<Instant> retryAt, Optional<String> words) {
    static final Latest NONE = new Latest(0, Optional.empty(), Optional.empty());
  }

  Latest latest() {
    return latest;
  }

  @Override
  public ESTService build() {
    super.build(); // which makes the provider that is listened to
    ESTClientProvider made = clientProvider;
    clientProvider =
        new ESTClientProvider() {
          @Override
          public ESTClient makeClient() throws ESTException {
            ESTClient client = made.makeClient();
            return request -> noted(client, request);
          }

          @Override
          public boolean isTrusted() {
            return made.isTrusted();
          }
        };
    return super.build();
  }

  private ESTResponse noted(ESTClient client, ESTRequest request) throws IOException {
    latest = Latest.NONE;
    ESTResponse response = client.doRequest(request);
    if (response instanceof WholeAnswer) { // noted when it came, after a challenge
      return response;
    }
    WholeAnswer answer = WholeAnswer.of(response);
    latest =
        new Latest(
            response.getStatusCode(),
            header(response, "Retry-After")
                .flatMap(value -> RetryAfter.of(value, header(response, "Date"), clock.instant())),
            answer.words());
    if (answer.isEmpty()) {
      throw new ESTException("it is empty");
    }
    return answer;
  }

  private static Optional<String> header(ESTResponse response, String name) {
    return Optional.ofNullable(response.getHeader(name));
  }
}
