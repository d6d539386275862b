package io.hybridtls.agent.acme;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * How acme4j reaches one CA. All sessions share one HTTP client; a session lives for one issuance
 * and reads the directory once. Safe for any thread.
 */
final class AcmeTransport extends GenericAcmeProvider {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final InstantSource clock;
  private final Duration timeout;

  /**
   * @param trust in place of the system's, when the CA's server is a private one
   * @param timeout for each request
   */
  AcmeTransport(Optional<SSLContext> trust, InstantSource clock, Duration timeout) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_TIMEOUT);
    Optional.ofNullable(ProxySelector.getDefault()).ifPresent(builder::proxy);
    trust.ifPresent(builder::sslContext);
    this.client = builder.build();
    this.clock = clock;
    this.timeout = timeout;
  }

  @Override
  public HttpClient createHttpClient(NetworkSettings settings) {
    return client;
  }

  @Override
  public Connection connect(URI serverUri, NetworkSettings settings, HttpClient httpClient) {
    return new AcmeConnection(createHttpConnector(settings, httpClient), clock, timeout);
  }

  /** Null, in acme4j's terms, means that what the session knows is still good. */
  @Override
  public @Nullable JSON directory(Session session, URI serverUri) throws AcmeException {
    return session.hasDirectory() ? null : super.directory(session, serverUri);
  }
}
