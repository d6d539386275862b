package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.AtRehearsal;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.model.Sha256;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Orders names that the issuer has never certified at the CA's staging directory first, so that
 * what is wrong is found where nothing is spent. What it gets there is thrown away; that it got it
 * is remembered. Safe for any thread.
 */
final class Rehearsal {

  private final String issuer;
  private final AcmeDirectory staging;
  private final URI real;
  private final JsonFolder files;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Set<String> succeeded = ConcurrentHashMap.newKeySet();

  /**
   * @param real the directory that is spared a failure
   * @param memory where what succeeded is remembered
   */
  Rehearsal(
      String issuer,
      AcmeDirectory staging,
      URI real,
      Path memory,
      InstantSource clock,
      SecureRandom random) {
    this.issuer = issuer;
    this.staging = staging;
    this.real = real;
    this.files = new JsonFolder(memory);
    this.clock = clock;
    this.random = random;
    succeeded.addAll(files.readAll().keySet());
  }

  /** Does nothing when the names were certified, or rehearsed, before. */
  void require(IssuanceRequest request, IssuanceProgress progress) throws IssuanceException {
    String scene = scene(request.spec());
    if (request.placed().isPresent() || succeeded.contains(scene) || isCertified(request)) {
      return;
    }
    progress.step("rehearsing at " + staging.uri() + ", since these names are new to " + issuer);
    try {
      var unused = staging.order(new Throwaway(request, random), Optional.empty(), progress);
    } catch (IssuanceException e) {
      String where =
          "the rehearsal at " + staging.uri() + " failed, and nothing was asked of " + real;
      throw new IssuanceException(new AtRehearsal(where, e.failure()), e);
    }
    succeeded.add(scene);
    files.write(
        scene,
        Map.of(
            "identifiers", request.spec().identifiers(), "succeeded", clock.instant().toString()));
  }

  private boolean isCertified(IssuanceRequest request) {
    Set<String> wanted = Set.copyOf(request.spec().identifiers());
    return request
        .replaced()
        .filter(live -> live.issuer().equals(issuer))
        .filter(live -> IssuedChain.identifiers(live.certificate()).equals(wanted))
        .isPresent();
  }

  private static String scene(CertificateSpec spec) {
    return Sha256.hex(spec.identifiers().stream().sorted().collect(Collectors.joining("\n")));
  }

  /** The same request with a key of its own; nothing of it is kept. */
  private static final class Throwaway implements IssuanceRequest {

    private final IssuanceRequest request;
    private final KeyPair keys;
    private Optional<String> placed = Optional.empty();

    Throwaway(IssuanceRequest request, SecureRandom random) {
      this.request = request;
      this.keys = request.algorithm().newKeyPair(random);
    }

    @Override
    public CertificateSpec spec() {
      return request.spec();
    }

    @Override
    public KeyAlgorithm algorithm() {
      return request.algorithm();
    }

    @Override
    public KeyPair keys() {
      return keys;
    }

    @Override
    public Optional<Generation> replaced() {
      return Optional.empty();
    }

    @Override
    public boolean isRevoked(HeldCertificate held) {
      return request.isRevoked(held);
    }

    @Override
    public Optional<String> placed() {
      return placed;
    }

    @Override
    public void place(String order) {
      placed = Optional.of(order);
    }

    @Override
    public void giveUp() {
      placed = Optional.empty();
    }
  }
}
