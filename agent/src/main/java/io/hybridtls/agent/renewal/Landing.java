package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.ActivationResult;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.renewal.IssuanceFailure.NotStored;
import io.hybridtls.agent.renewal.IssuanceFailure.Unfit;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of every attempt: a stored generation goes live, or a failure is noted and told. The
 * caller holds the lock of the certificate.
 */
final class Landing {

  private static final Logger log = LoggerFactory.getLogger(Landing.class);

  private final GenerationActivator activator;
  private final Issuance issuance;
  private final IssuanceJournal journal;
  private final Decisions decisions;
  private final Agenda agenda;
  private final InstantSource clock;

  Landing(
      GenerationActivator activator,
      Issuance issuance,
      IssuanceJournal journal,
      Decisions decisions,
      Agenda agenda,
      InstantSource clock) {
    this.activator = activator;
    this.issuance = issuance;
    this.journal = journal;
    this.decisions = decisions;
    this.agenda = agenda;
    this.clock = clock;
  }

  /** Notes that an issuer is to be asked. */
  void begin(CertificateId id) {
    journal.update(id, entry -> entry.begun(clock.instant(), decisions.slack(id)));
  }

  /**
   * Notes that a certificate is to be taken into use that nobody needs to be asked for. Cut short,
   * one that is brought is brought to its end by the next look; for any other the next look must
   * not go to an issuer.
   */
  void beginTaking(CertificateSpec spec) {
    if (decisions.isBrought(spec)) {
      begin(spec.id());
    } else {
      journal.update(spec.id(), entry -> entry.taking(clock.instant(), decisions.slack(spec.id())));
    }
  }

  /** {@code progress}, with each step in the log and the journal as well. */
  IssuanceProgress noted(CertificateId id, IssuanceProgress progress) {
    return step -> {
      log.info("certificate {}: {}", id, step);
      journal.update(id, entry -> entry.at(step));
      progress.step(step);
    };
  }

  /** Gate, publish, prove; the attempt has begun. */
  RenewalOutcome goLive(CertificateSpec spec, Generation generation, IssuanceProgress progress) {
    ActivationResult result =
        activator.activate(spec, generation, decisions.live(spec.id()), progress::step);
    if (result instanceof ActivationResult.Refused refused) {
      failed(spec, new Unfit(refused.reason()));
      return new RenewalOutcome.StoredNotLive(generation, refused.reason());
    }
    log.info("certificate {}: generation {} is live", spec.id(), generation.label());
    if (result instanceof ActivationResult.Unmarked unmarked) {
      failed(spec, new NotStored(unmarked.reason()));
      return new RenewalOutcome.StoredNotLive(generation, unmarked.reason());
    }
    noteSuccess(spec, generation);
    if (result instanceof ActivationResult.Unproven unproven) {
      log.warn("certificate {}: {}", spec.id(), unproven.reason());
      return new RenewalOutcome.StoredNotLive(generation, unproven.reason());
    }
    return new RenewalOutcome.Renewed(generation, ((ActivationResult.Live) result).proofs());
  }

  /** Notes a failure, and tells the operator of it. */
  RenewalOutcome failed(CertificateSpec spec, IssuanceFailure failure) {
    Instant now = clock.instant();
    CertificateId id = spec.id();
    journal.update(id, entry -> entry.failed(failure, now, decisions.slack(id)));
    boolean repeated = decisions.decide(spec).isDue() || agenda.isUnfinished(spec);
    if (!repeated) { // an operator asked for it, and has to ask again: there is no wait to speak of
      journal.update(id, JournalEntry::mended);
    }
    Optional<Instant> next = journal.find(id).notBefore().filter(any -> repeated);
    RenewalAlarm.raise(id, failure.describe(), decisions.live(id), next, now);
    return RenewalOutcome.unsuccessful(failure.describe(), decisions.live(id), next, now);
  }

  /** Nothing is left to do: what was asked for is live. */
  void settle(CertificateId id) {
    journal.update(id, JournalEntry::succeeded);
    issuance.settled(id);
  }

  private void noteSuccess(CertificateSpec spec, Generation generation) {
    RenewalDecision next = decisions.decide(spec, Optional.of(generation));
    boolean revokedMeanwhile = decisions.isRevoked(generation); // then the next look replaces it
    if (next.isDue() && !revokedMeanwhile) {
      // without a wait the agent would order the same again at every look
      failed(spec, new Unfit("it is due again at once: " + next.reason()));
    } else {
      settle(spec.id());
    }
  }
}
