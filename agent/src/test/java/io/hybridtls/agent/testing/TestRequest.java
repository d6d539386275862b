package io.hybridtls.agent.testing;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that forgets with the test. */
public final class TestRequest implements IssuanceRequest {

  private final CertificateSpec spec;
  private Optional<Generation> replaced = Optional.empty();
  private Optional<String> placed = Optional.empty();
  private @Nullable KeyPair keys;

  private boolean revoked;

  private TestRequest(CertificateSpec spec) {
    this.spec = spec;
  }

  /** For the first kind of key. */
  public static TestRequest of(CertificateSpec spec) {
    return new TestRequest(spec);
  }

  /** With {@code live} to be replaced. */
  public TestRequest replacing(Generation live) {
    replaced = Optional.of(live);
    return this;
  }

  /** With what is to be replaced revoked. */
  public TestRequest afterRevocation() {
    revoked = true;
    return this;
  }

  @Override
  public CertificateSpec spec() {
    return spec;
  }

  @Override
  public KeyAlgorithm algorithm() {
    return spec.key();
  }

  @Override
  public KeyPair keys() {
    KeyPair ready = keys;
    if (ready == null) {
      ready = spec.key().newKeyPair(new SecureRandom());
      keys = ready;
    }
    return ready;
  }

  @Override
  public Optional<Generation> replaced() {
    return replaced;
  }

  @Override
  public boolean isRevoked(HeldCertificate held) {
    return revoked;
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
    keys = null;
  }
}
