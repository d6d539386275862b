package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceFailure.Unexpected;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts to get a certificate: from the source that brings it, from an earlier attempt that has
 * stored it already, or from an issuer; and to take it live. The caller holds the lock of the
 * certificate.
 */
final class Attempts {

  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  private final Issuance issuance;
  private final IssuanceJournal journal;
  private final Decisions decisions;
  private final Agenda agenda;
  private final Landing landing;
  private final Adoption adoption;
  private final InstantSource clock;

  Attempts(
      Issuance issuance,
      IssuanceJournal journal,
      Decisions decisions,
      Agenda agenda,
      Landing landing,
      Adoption adoption,
      InstantSource clock) {
    this.issuance = issuance;
    this.journal = journal;
    this.decisions = decisions;
    this.agenda = agenda;
    this.landing = landing;
    this.adoption = adoption;
    this.clock = clock;
  }

  /**
   * Makes one, and notes how it ended.
   *
   * @param force also beyond what an earlier failure or a known limit asks for
   * @param progress told of each step as it begins
   */
  RenewalOutcome make(
      RenewalPlan now, CertificateSpec spec, boolean force, IssuanceProgress progress) {
    CertificateId id = spec.id();
    if (force && journal.find(id).isWaiting(clock.instant())) {
      progress.step("not waiting, as asked: " + journal.find(id).patience());
    }
    IssuanceProgress noted = landing.noted(id, progress);
    Optional<CertificateSource> source = now.sourceOf(spec);
    if (source.isPresent()) {
      return adoption.fetch(spec, source.get(), noted);
    }
    landing.begin(id);
    try {
      Optional<Generation> pending = force ? Optional.empty() : agenda.pending(spec);
      Generation generation = pending.isPresent() ? pending.get() : issue(now, spec, force, noted);
      return landing.goLive(spec, generation, noted);
    } catch (IssuanceException e) {
      return landing.failed(spec, e.failure());
    } catch (RuntimeException e) {
      log.error("certificate {}: the issuance failed unexpectedly", id, e);
      return landing.failed(spec, new Unexpected(e.toString()));
    }
  }

  private Generation issue(
      RenewalPlan now, CertificateSpec spec, boolean force, IssuanceProgress noted)
      throws IssuanceException {
    return issuance.issue(
        now,
        spec,
        decisions.live(spec.id()),
        decisions.reason(spec, force),
        decisions.slack(spec.id()),
        force,
        noted);
  }
}
