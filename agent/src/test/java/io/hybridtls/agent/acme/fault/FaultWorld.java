package io.hybridtls.agent.acme.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.agent.acme.AcmeIssuer;
import io.hybridtls.agent.acme.ChallengeListeners;
import io.hybridtls.agent.acme.WrittenRecords;
import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalDecision;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.agent.ratelimit.RateLimits;
import io.hybridtls.agent.ratelimit.SpentShare;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceDrafts;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure;
import io.hybridtls.agent.renewal.IssuanceJournal;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.agent.renewal.JournalEntry;
import io.hybridtls.agent.renewal.RenewalCoordinator;
import io.hybridtls.agent.renewal.RenewalOutcome;
import io.hybridtls.agent.renewal.RenewalPlan;
import io.hybridtls.agent.renewal.RevokedCertificates;
import io.hybridtls.agent.testing.VirtualTime;
import io.hybridtls.agent.testing.acme.AcmeIssuerSettings;
import io.hybridtls.agent.testing.acme.FaultCa;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An agent's renewal, whole, with its state in a directory and a {@link FaultCa}. A further one on
 * the same directory is the agent after a restart.
 */
final class FaultWorld {

  static final CertificateId MAIL = CertificateId.of("mail");

  static final CertificateSpec SPEC =
      new CertificateSpec(
          MAIL,
          List.of(DnsName.of("mail.contoso.example"), DnsName.of("smtp.contoso.example")),
          "ca",
          KeyAlgorithm.EC_P256,
          Set.of(CertificateRole.SERVER, CertificateRole.CLIENT));

  /** One for all, since deriving keys from it takes a while. */
  private static final StoreSecret SECRET = secret();

  private static final int KEPT_GENERATIONS = 5;

  final CertificateStore store;
  final IssuanceJournal journal;
  final RenewalCoordinator coordinator;
  private final Map<String, CertificateIssuer> issuers = new HashMap<>();
  private final LiveCertificateRegistry live = LiveCertificateRegistry.empty();
  private final List<IssuanceFailure> failures = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();

  private FaultWorld(
      Path state,
      Map<String, FaultCa> cas,
      VirtualTime time,
      RateLimits limits,
      CertificateSpec... specs)
      throws StoreException, IOException {
    KeyVault vault = CertificateStores.openKeys(state, SECRET);
    store = CertificateStores.open(state, SECRET, time);
    journal = IssuanceJournal.open(state.resolve("journal"));
    Path memory = state.resolve("acme");
    cas.forEach(
        (name, ca) -> issuers.put(name, noting(issuer(name, ca.directory(), vault, memory, time))));
    RevokedCertificates revoked = RevokedCertificates.open(state.resolve("revoked"), time);
    coordinator =
        new RenewalCoordinator(
            () ->
                new RenewalPlan(
                    CertificateInventory.of(List.of(specs)),
                    issuers,
                    Map.of(SPEC.issuer(), new IssuerTerms("ca", limits, 1))),
            new RenewalPolicy(),
            store,
            live,
            new GenerationActivator(
                store,
                new ActivationGate(),
                live,
                generation -> List.of(new Proof.Verified("mx", generation.certificate().serial())),
                time,
                KEPT_GENERATIONS),
            journal,
            IssuanceDrafts.open(state.resolve("drafts"), vault, revoked, time, new SecureRandom()),
            RateLimitLedger.open(state.resolve("rate-limits")),
            revoked,
            time);
  }

  /** An agent that has just been started. */
  static FaultWorld start(Path state, FaultCa ca, VirtualTime time, CertificateSpec... specs)
      throws StoreException, IOException {
    return start(state, ca, time, RateLimits.NONE, specs);
  }

  static FaultWorld start(
      Path state, FaultCa ca, VirtualTime time, RateLimits limits, CertificateSpec... specs)
      throws StoreException, IOException {
    return start(state, Map.of(SPEC.issuer(), ca), time, limits, specs);
  }

  /** With several CAs, by the issuers' names. */
  static FaultWorld start(
      Path state,
      Map<String, FaultCa> cas,
      VirtualTime time,
      RateLimits limits,
      CertificateSpec... specs)
      throws StoreException, IOException {
    FaultWorld world = new FaultWorld(state, cas, time, limits, specs);
    Map<CertificateId, String> problems = world.coordinator.activateStored();
    assertThat(problems).isEmpty();
    return world;
  }

  /** A scheduled look. */
  RenewalOutcome look() {
    return coordinator.due().contains(MAIL)
        ? coordinator.renew(MAIL, false, steps::add)
        : new RenewalOutcome.NotDue("no scheduled look would take it up");
  }

  RenewalOutcome force() {
    return coordinator.renew(MAIL, true, steps::add);
  }

  /** What the last attempt failed with. */
  IssuanceFailure failure() {
    assertThat(failures).as("failures").isNotEmpty();
    return failures.get(failures.size() - 1);
  }

  /** What the next look decides, were it now. */
  RenewalDecision decision() {
    return coordinator.statuses().get(0).decision();
  }

  List<String> warnings() {
    return coordinator.statuses().get(0).warnings();
  }

  /** When the certificate is due, if nothing changes before. */
  Instant renewAt() {
    assertThat(decision()).isInstanceOf(RenewalDecision.NotDue.class);
    return ((RenewalDecision.NotDue) decision()).renewAt();
  }

  /** What the ledger of the first choice says of the certificates for exactly these names. */
  int counted() {
    return coordinator.explain(MAIL).orElseThrow().issuers().get(0).spent().stream()
        .filter(share -> share.limit().scope() == Scope.CERTIFICATES_PER_NAME_SET)
        .mapToInt(SpentShare::spent)
        .sum();
  }

  /** As is done again and again, whether or not there is something to issue. */
  void askForSuggestion() {
    Objects.requireNonNull(issuers.get(SPEC.issuer()))
        .refreshSuggestions(live().stream().flatMap(all -> all.certificates().stream()).toList());
  }

  JournalEntry journal() {
    return journal.find(MAIL);
  }

  long liveNumber() {
    return live().map(Generation::number).orElse(0L);
  }

  Optional<Generation> live() {
    return live.snapshot().find(MAIL);
  }

  List<String> steps() {
    return steps;
  }

  private CertificateIssuer noting(CertificateIssuer issuer) {
    return new CertificateIssuer() {
      @Override
      public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
          throws IssuanceException {
        try {
          return issuer.issue(request, progress);
        } catch (IssuanceException e) {
          failures.add(e.failure());
          throw e;
        }
      }

      @Override
      public boolean replaces(CertificateSpec spec, Generation live) {
        return issuer.replaces(spec, live);
      }

      @Override
      public Optional<SuggestedWindow> suggestion(HeldCertificate live) {
        return issuer.suggestion(live);
      }

      @Override
      public List<String> warnings(CertificateSpec spec, Optional<Generation> held) {
        return issuer.warnings(spec, held);
      }

      @Override
      public void refreshSuggestions(List<HeldCertificate> live) {
        issuer.refreshSuggestions(live);
      }
    };
  }

  private static StoreSecret secret() {
    try {
      return StoreSecret.of("correct horse battery staple");
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AcmeIssuer issuer(
      String name, URI directory, KeyVault vault, Path memory, VirtualTime time) {
    return new AcmeIssuer(
        AcmeIssuerSettings.at(name, directory).settings(),
        vault,
        memory,
        new ChallengeListeners(
            new HttpRoutes(),
            new TlsAlpnListeners(address -> Optional.empty()),
            new WrittenRecords()),
        time,
        new SecureRandom(),
        time);
  }
}
