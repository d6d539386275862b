package io.hybridtls.agent.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.hybridtls.agent.config.AgentConfig.Http;
import io.hybridtls.agent.http.HttpListener;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.http.HttpSettings;
import java.util.Optional;

/** The HTTP listener, where one is configured. */
final class HttpModule extends AbstractModule {

  private final Http http;

  HttpModule(Http http) {
    this.http = http;
  }

  @Provides
  @Singleton
  Optional<HttpListener> listener(HttpRoutes routes) {
    return Optional.of(new HttpListener(new HttpSettings(http.address()), routes));
  }
}
