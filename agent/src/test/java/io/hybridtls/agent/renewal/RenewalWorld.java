package io.hybridtls.agent.renewal;

import io.hybridtls.agent.activation.ActivationGate;
import io.hybridtls.agent.activation.DeploymentProof;
import io.hybridtls.agent.activation.GenerationActivator;
import io.hybridtls.agent.activation.Proof;
import io.hybridtls.agent.inventory.CertificateInventory;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.RenewalPolicy;
import io.hybridtls.agent.ratelimit.IssuerTerms;
import io.hybridtls.agent.ratelimit.RateLimitLedger;
import io.hybridtls.certstore.live.LiveCertificateRegistry;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.storage.CertificateStore;
import io.hybridtls.certstore.storage.CertificateStores;
import io.hybridtls.certstore.storage.StoreException;
import io.hybridtls.certstore.storage.StoreSecret;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An agent's renewal with a store in a temporary directory; {@link #restarted} as often as liked.
 */
final class RenewalWorld {

  static final CertificateId MAIL = CertificateId.of("mail");
  static final CertificateId WEB = CertificateId.of("web");
  private static final String SECRET = "correct horse battery staple";

  static final TestCa CA = TestCa.named("Contoso");

  final Path state;
  final MutableClock clock;
  final ScriptedIssuer issuer;
  final CertificateStore store;
  final IssuanceJournal journal;
  final LiveCertificateRegistry live = LiveCertificateRegistry.empty();
  final RenewalCoordinator coordinator;

  /** Replaced by tests that look at the proof. */
  volatile DeploymentProof proof =
      generation -> List.of(new Proof.Verified("mx", generation.certificate().serial()));

  volatile CertificateInventory inventory =
      CertificateInventory.of(
          List.of(spec(MAIL, "mail.contoso.example"), spec(WEB, "www.contoso.example")));

  /** Of what is brought; replaced by tests about that. */
  volatile Map<String, CertificateSource> sources = Map.of();

  volatile Map<String, CertificateIssuer> issuers;
  volatile Map<String, IssuerTerms> terms = Map.of();

  private RenewalWorld(Path state, MutableClock clock, ScriptedIssuer issuer)
      throws StoreException {
    this.state = state;
    this.clock = clock;
    this.issuer = issuer;
    this.issuers = Map.of("internal", issuer);
    this.store = CertificateStores.open(state, StoreSecret.of(SECRET), clock);
    this.journal = IssuanceJournal.open(state.resolve("journal"));
    RevokedCertificates revoked = RevokedCertificates.open(state.resolve("revoked"), clock);
    this.coordinator =
        new RenewalCoordinator(
            () -> new RenewalPlan(inventory, issuers, terms, sources),
            new RenewalPolicy(),
            store,
            live,
            new GenerationActivator(
                store, new ActivationGate(), live, g -> proof.prove(g), clock, 5),
            journal,
            IssuanceDrafts.open(
                state.resolve("drafts"),
                CertificateStores.openKeys(state, StoreSecret.of(SECRET)),
                revoked,
                clock,
                new SecureRandom()),
            ledger(state),
            revoked,
            clock);
  }

  /** The time is one at which {@link #CA} is valid. */
  static RenewalWorld in(Path state) throws StoreException {
    MutableClock clock =
        new MutableClock(CA.root().getNotBefore().toInstant().plus(Duration.ofDays(1_000)));
    return new RenewalWorld(state, clock, new ScriptedIssuer(CA, clock));
  }

  /** As after {@code kill -9} and a start: what is not on disk is gone. */
  RenewalWorld restarted() throws StoreException {
    return new RenewalWorld(state, clock, issuer);
  }

  private static RateLimitLedger ledger(Path state) {
    try {
      return RateLimitLedger.open(state.resolve("rate-limits"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long liveNumber(CertificateId id) {
    return live.snapshot().find(id).map(Generation::number).orElse(0L);
  }

  static CertificateSpec spec(CertificateId id, String... names) {
    return from("internal", id, names);
  }

  static CertificateSpec from(String issuer, CertificateId id, String... names) {
    return new CertificateSpec(
        id,
        List.of(names).stream().map(DnsName::of).toList(),
        issuer,
        KeyAlgorithm.EC_P256,
        Set.of(CertificateRole.SERVER, CertificateRole.CLIENT));
  }
}
