package io.hybridtls.agent.lifecycle;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.InWords;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.renewal.CertificateStatus;
import io.hybridtls.agent.renewal.JournalEntry;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** One certificate in {@code hybridtls status}: what is live, what comes next, what is wrong. */
record CertificateSummary(CertificateStatus status, Instant now) {

  Map<String, Object> asMap() {
    CertificateSpec spec = status.spec();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", spec.id().value());
    shown.put("names", spec.identifiers());
    shown.put("issuer", spec.issuer());
    shown.put("roles", spec.roles().stream().sorted().map(CertificateSummary::name).toList());
    shown.put("live", status.live().isPresent());
    status.live().ifPresent(generation -> putLive(shown, generation));
    putRenewal(shown);
    return shown;
  }

  /** Of several kinds of key the first is shown, but the earliest end. */
  private void putLive(Map<String, Object> shown, Generation generation) {
    HeldCertificate held = generation.certificate();
    Instant end = generation.endingFirst().notAfter();
    shown.put("generation", generation.number());
    shown.put("serial", held.serial());
    shown.put("spki-sha256", held.spkiSha256());
    shown.put("not-before", held.notBefore().toString());
    shown.put("not-after", end.toString());
    shown.put("expired", !now.isBefore(end));
    shown.put("reason", generation.reason());
    if (!generation.issuer().equals(status.spec().issuer())) {
      shown.put("issued-by", generation.issuer());
    }
    shown.put(
        "warnings",
        Stream.of(startsLater(generation), lacks(generation), status.warnings().stream())
            .flatMap(texts -> texts)
            .toList());
  }

  private void putRenewal(Map<String, Object> shown) {
    RenewalDecision decision = status.decision();
    shown.put("due", decision.isDue());
    shown.put("emergency", decision.isEmergency());
    shown.put("awaited", decision instanceof RenewalDecision.Awaited);
    shown.put("decision", decision.reason());
    if (decision instanceof RenewalDecision.NotDue later) {
      shown.put("renew-at", later.renewAt().toString());
    }
    status.suggestion().ifPresent(window -> putSuggestion(shown, window));
    JournalEntry journal = status.journal();
    shown.put("renewing", status.underWay());
    journal.step().ifPresent(step -> shown.put("step", step));
    journal.lastAttempt().ifPresent(at -> shown.put("last-attempt", at.toString()));
    if (!status.underWay()) { // else it is not known yet how the attempt ends
      shown.put("failures", journal.failures());
      journal.failure().ifPresent(failure -> shown.put("failure", failure));
      journal.notBefore().ifPresent(at -> shown.put("next-attempt", at.toString()));
    }
  }

  private static void putSuggestion(Map<String, Object> shown, SuggestedWindow window) {
    Map<String, Object> suggestion = new LinkedHashMap<>();
    suggestion.put("start", window.start().toString());
    suggestion.put("end", window.end().toString());
    suggestion.put("chosen", window.renewAt().toString());
    window.explanation().ifPresent(page -> suggestion.put("explanation", page.toString()));
    shown.put("suggestion", suggestion);
  }

  private Stream<String> startsLater(Generation generation) {
    return RenewalPolicy.startAhead(generation, now).stream()
        .map(
            start ->
                "it is valid from "
                    + InWords.of(start)
                    + " only: peers refuse it until then; check the clock of this machine");
  }

  private Stream<String> lacks(Generation generation) {
    boolean several = generation.certificates().size() > 1;
    return generation.certificates().stream()
        .flatMap(held -> lacks(held, several ? "its " + kind(held) + " certificate" : "it"));
  }

  /** A role without its key purpose: some peers will refuse the certificate in it. */
  private Stream<String> lacks(HeldCertificate held, String which) {
    return status.spec().roles().stream()
        .sorted()
        .filter(role -> !held.permittedRoles().contains(role))
        .map(role -> lack(which, role));
  }

  private static String lack(String which, CertificateRole role) {
    return which
        + " lacks the key purpose "
        + role.keyPurposeName()
        + ": peers that insist on it refuse the certificate "
        + (role == CertificateRole.CLIENT ? "when we present it as a client" : "on our listeners");
  }

  private static String kind(HeldCertificate held) {
    PublicKey key = held.leaf().getPublicKey();
    return Arrays.stream(KeyAlgorithm.values())
        .filter(algorithm -> algorithm.isOf(key))
        .map(KeyAlgorithm::label)
        .findFirst()
        .orElse(key.getAlgorithm());
  }

  private static String name(CertificateRole role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
