package io.hybridtls.agent.acme;

import io.hybridtls.agent.acme.ValidationMethod.Dns01;
import io.hybridtls.agent.acme.ValidationMethod.DnsPersist01;
import io.hybridtls.agent.acme.ValidationMethod.TlsAlpn01;
import io.hybridtls.agent.acme.dns.CommandSettings;
import io.hybridtls.agent.acme.dns.LookupSettings;
import io.hybridtls.agent.acme.dns.PublishingSettings;
import io.hybridtls.agent.acme.dns.RecordNotes;
import io.hybridtls.agent.acme.dns.TxtPublisher;
import io.hybridtls.agent.acme.dns.TxtQuery;
import io.hybridtls.agent.acme.dns.UpdateSettings;
import io.hybridtls.agent.acme.dns.ZoneLookup;
import io.hybridtls.agent.tlsalpn.ValidationCertificates;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Makes the solver that an issuer's settings ask for. */
final class Solvers {

  static final String WRITTEN_RECORDS = "written-records";

  private final Path memory;
  private final ChallengeListeners listeners;
  private final AcmeFailures failures;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Pause pause;

  /**
   * @param memory the issuer's own, for what it is shown in the DNS
   */
  Solvers(
      Path memory,
      ChallengeListeners listeners,
      AcmeFailures failures,
      InstantSource clock,
      SecureRandom random,
      Pause pause) {
    this.memory = memory;
    this.listeners = listeners;
    this.failures = failures;
    this.clock = clock;
    this.random = random;
    this.pause = pause;
  }

  ChallengeSolver of(ValidationMethod method) {
    if (method instanceof TlsAlpn01 tlsAlpn) {
      return new TlsAlpn01Solver(
          tlsAlpn.address(),
          listeners.tlsAlpn(),
          new ValidationCertificates(clock, random),
          failures,
          clock,
          pause);
    }
    if (method instanceof Dns01 dns) {
      ZoneLookup zones = ZoneLookup.by(dns.lookup().resolver());
      LeftRecords left = listeners.records().in(memory.resolve(WRITTEN_RECORDS), clock);
      return new DnsSolver(
          dns.perAccount(),
          zones,
          publisher(dns.publishing(), zones, left),
          left,
          propagation(dns.lookup(), zones),
          failures);
    }
    if (method instanceof DnsPersist01 persistent) {
      ZoneLookup zones = ZoneLookup.by(persistent.lookup().resolver());
      GrantLookup grants =
          new GrantLookup(propagation(persistent.lookup(), zones), TxtQuery.direct(), clock);
      return new DnsPersist01Solver(
          grants, new StandingRecords(memory.resolve("standing-records"), grants, clock), clock);
    }
    return new Http01Solver(listeners.http());
  }

  private TxtPublisher publisher(PublishingSettings settings, ZoneLookup zones, RecordNotes notes) {
    return settings instanceof UpdateSettings update
        ? TxtPublisher.by(update, zones, clock, notes)
        : TxtPublisher.by((CommandSettings) settings, notes);
  }

  private Propagation propagation(LookupSettings settings, ZoneLookup zones) {
    return new Propagation(settings, zones, TxtQuery.direct(), clock, pause);
  }
}
