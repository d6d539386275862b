package io.hybridtls.agent.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import java.util.Optional;

/** No SMTP endpoint: the agent only keeps certificates. */
final class NoSmtpModule extends AbstractModule {

  @Provides
  Optional<SmtpEndpoint> endpoint() {
    return Optional.empty();
  }
}
