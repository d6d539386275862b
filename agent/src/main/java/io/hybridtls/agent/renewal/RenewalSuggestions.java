package io.hybridtls.agent.renewal;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the issuers of the live certificates suggest. Safe for any thread. */
final class RenewalSuggestions {

  private static final Logger log = LoggerFactory.getLogger(RenewalSuggestions.class);

  private final Supplier<RenewalPlan> plan;
  private final LiveCertificates live;

  RenewalSuggestions(Supplier<RenewalPlan> plan, LiveCertificates live) {
    this.plan = plan;
    this.live = live;
  }

  /** With several keys the earliest window counts: the certificates are issued together. */
  Optional<SuggestedWindow> of(Generation held) {
    CertificateIssuer issuer = plan.get().issuers().get(held.issuer());
    return issuer == null
        ? Optional.empty()
        : held.certificates().stream()
            .flatMap(certificate -> issuer.suggestion(certificate).stream())
            .min(Comparator.comparing(SuggestedWindow::renewAt));
  }

  /** What the issuers that {@code spec} is ordered from warn of. */
  List<String> warnings(CertificateSpec spec) {
    Map<String, CertificateIssuer> issuers = plan.get().issuers();
    return spec.issuers().stream()
        .flatMap(name -> Optional.ofNullable(issuers.get(name)).stream())
        .flatMap(issuer -> issuer.warnings(spec, live.snapshot().find(spec.id())).stream())
        .toList();
  }

  /** Asks each issuer, where it is time to, for those of its certificates that are live. */
  void refresh() {
    RenewalPlan now = plan.get();
    now.issuers()
        .forEach(
            (name, issuer) ->
                guarded(name, () -> issuer.refreshSuggestions(liveFrom(name, now, id -> true))));
  }

  /** Asks the issuers of what is live for {@code ids} now, because an operator wants to know. */
  void ask(Set<CertificateId> ids) {
    RenewalPlan now = plan.get();
    now.issuers()
        .forEach(
            (name, issuer) ->
                guarded(name, () -> issuer.askForSuggestions(liveFrom(name, now, ids::contains))));
  }

  /** What is wrong with one issuer is no reason not to ask the others, nor ever again. */
  private static void guarded(String issuer, Runnable question) {
    try {
      question.run();
    } catch (RuntimeException e) {
      log.error("issuer {}: it could not be asked when it suggests renewals", issuer, e);
    }
  }

  private List<HeldCertificate> liveFrom(
      String issuer, RenewalPlan now, Predicate<CertificateId> wanted) {
    return now.inventory().specs().stream()
        .map(CertificateSpec::id)
        .filter(wanted)
        .flatMap(id -> live.snapshot().find(id).stream())
        .filter(held -> held.issuer().equals(issuer))
        .flatMap(held -> held.certificates().stream())
        .toList();
  }
}
