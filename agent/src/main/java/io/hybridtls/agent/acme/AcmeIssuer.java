package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.SuggestedWindow;
import io.hybridtls.agent.renewal.CertificateIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceFailure.Misconfigured;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.certstore.storage.KeyVault;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A CA that speaks ACME (RFC 8555). An issuance takes as long as it takes to put the proofs in
 * place, and gives the CA five minutes before that and five after. Safe for several threads; each
 * issuance has a session of its own.
 */
public final class AcmeIssuer implements CertificateIssuer {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final AcmeSettings settings;
  private final ChallengeSolver solver;
  private final AcmeDirectory directory;
  private final Optional<Rehearsal> rehearsal;
  private final RenewalInfoMonitor suggestions;

  /**
   * @param vault keeps the account's key
   * @param memory the directory, for all issuers together, where the CAs' suggestions are kept
   * @param listeners where the CA finds the answers to its challenges
   */
  public AcmeIssuer(
      AcmeSettings settings,
      KeyVault vault,
      Path memory,
      ChallengeListeners listeners,
      InstantSource clock,
      SecureRandom random,
      Pause pause) {
    this(
        settings,
        vault,
        memory,
        new Solvers(
                memory.resolve(AcmeAccounts.keyName(settings)),
                listeners,
                new AcmeFailures(settings, clock),
                clock,
                random,
                pause)
            .of(settings.validation()),
        clock,
        random,
        pause,
        REQUEST_TIMEOUT);
  }

  AcmeIssuer(
      AcmeSettings settings,
      KeyVault vault,
      Path memory,
      ChallengeSolver solver,
      InstantSource clock,
      SecureRandom random,
      Pause pause,
      Duration requestTimeout) {
    this.settings = settings;
    this.solver = solver;
    this.directory =
        new AcmeDirectory(settings, vault, solver, clock, random, pause, requestTimeout);
    Path own = memory.resolve(AcmeAccounts.keyName(settings));
    this.rehearsal =
        settings
            .atStaging()
            .map(
                staged ->
                    new Rehearsal(
                        settings.name(),
                        new AcmeDirectory(
                            staged, vault, solver, clock, random, pause, requestTimeout),
                        settings.directory(),
                        own.resolve("rehearsed"),
                        clock,
                        random));
    this.suggestions =
        new RenewalInfoMonitor(
            settings.name(),
            directory.sessions(),
            new RenewalInfoMemory(own.resolve("renewal-info")),
            clock,
            random);
  }

  @Override
  public HeldCertificate issue(IssuanceRequest request, IssuanceProgress progress)
      throws IssuanceException {
    requireProvable(request.spec());
    if (rehearsal.isPresent()) {
      rehearsal.get().require(request, progress);
    }
    Optional<String> replaced =
        request
            .replaced()
            .flatMap(live -> replaced(request.spec(), request.algorithm(), live))
            .map(old -> RenewalInfoAnswer.idOf(old.leaf()));
    return directory.order(request, replaced, progress);
  }

  @Override
  public boolean replaces(CertificateSpec spec, Generation live) {
    return spec.keys().stream().allMatch(key -> replaced(spec, key, live).isPresent());
  }

  @Override
  public Optional<SuggestedWindow> suggestion(HeldCertificate live) {
    return suggestions.suggestion(live);
  }

  @Override
  public List<String> warnings(CertificateSpec spec, Optional<Generation> live) {
    return Stream.concat(
            solver.warnings(spec, live.map(held -> held.endingFirst().notAfter())).stream(),
            live.filter(held -> held.issuer().equals(settings.name())).stream()
                .flatMap(held -> suggestions.warnings(held).stream()))
        .toList();
  }

  @Override
  public void refreshSuggestions(List<HeldCertificate> live) {
    suggestions.refresh(live);
    solver.refresh();
  }

  @Override
  public void askForSuggestions(List<HeldCertificate> live) {
    suggestions.ask(live);
  }

  /** What can be done with the account besides ordering. */
  public AcmeAccountActions account() {
    return new AcmeAccountActions(settings, directory.sessions(), directory.accounts());
  }

  /** The certificate from this very directory that a new one takes the place of, if any. */
  private Optional<HeldCertificate> replaced(
      CertificateSpec spec, KeyAlgorithm key, Generation live) {
    return Optional.of(live)
        .filter(known -> known.issuer().equals(settings.name()))
        .flatMap(known -> counterpart(spec, key, known))
        .filter(suggestions::knows)
        .filter(old -> isAlike(old, spec));
  }

  private static Optional<HeldCertificate> counterpart(
      CertificateSpec spec, KeyAlgorithm key, Generation live) {
    return spec.keys().size() == 1
        ? Optional.of(live.certificate())
        : live.certificates().stream()
            .filter(held -> key.isOf(held.leaf().getPublicKey()))
            .findFirst();
  }

  /** RFC 9773, section 5: they must have a name in common. */
  private static boolean isAlike(HeldCertificate old, CertificateSpec spec) {
    return !Collections.disjoint(IssuedChain.identifiers(old), spec.identifiers());
  }

  private void requireProvable(CertificateSpec spec) throws IssuanceException {
    for (DnsName name : spec.names()) {
      if (!solver.canProve(name)) {
        throw unprovable(spec, name + " cannot be proved by " + solver.type(), "name each host");
      }
    }
    for (IpAddress address : spec.addresses()) {
      if (!solver.provesAddresses()) {
        throw unprovable(
            spec,
            address + " is an address, which " + solver.type() + " cannot prove",
            "use an issuer with http-01 or tls-alpn-01 for it");
      }
    }
  }

  private static IssuanceException unprovable(CertificateSpec spec, String what, String remedy) {
    return new IssuanceException(
        new Misconfigured(
            "certificates." + spec.id() + ".names", what + "; " + remedy + " instead"));
  }
}
