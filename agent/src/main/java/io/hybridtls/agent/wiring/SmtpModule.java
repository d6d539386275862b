package io.hybridtls.agent.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.hybridtls.agent.lifecycle.ConfigSource;
import io.hybridtls.agent.lifecycle.ConfiguredIssuers;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.smtp.endpoint.EndpointSettings;
import io.hybridtls.smtp.endpoint.SmtpEndpoint;
import io.hybridtls.smtp.tls.TrustRootsReader;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/** The SMTP endpoint, where one is configured. */
final class SmtpModule extends AbstractModule {

  private static final String SPOOL = "spool";

  private final EndpointSettings settings;

  SmtpModule(EndpointSettings settings) {
    this.settings = settings;
  }

  @Provides
  @Singleton
  Optional<SmtpEndpoint> endpoint(
      ConfigSource source,
      LiveCertificates certificates,
      ConfiguredIssuers issuers,
      InstantSource clock,
      SecureRandom random)
      throws IOException {
    issuers.begin(source.atStart()); // so that their roots are there for whoever trusts them
    return Optional.of(
        SmtpEndpoint.open(
            settings,
            source.atStart().stateDirectory().resolve(SPOOL),
            certificates,
            new TrustRootsReader(issuers::rootsOf, issuers::revoked),
            clock,
            random));
  }
}
