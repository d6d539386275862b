package io.hybridtls.agent.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.hybridtls.agent.http.HttpListener;
import java.util.Optional;

/** No HTTP listener: nothing that is configured needs one. */
final class NoHttpModule extends AbstractModule {

  @Provides
  Optional<HttpListener> listener() {
    return Optional.empty();
  }
}
