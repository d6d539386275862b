package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.CertificateRole;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Verifies by PKIX (RFC 5280, section 6) on a worker, and remembers each answer for an hour at the
 * most, and never past the expiry of a certificate in the chain.
 */
public final class PkixPeerVerifier implements PeerVerifier {

  private static final int REMEMBERED_CHAINS = 4_096;
  private static final Duration REMEMBERED_FOR = Duration.ofHours(1);

  private record Key(String chainSha256, TrustSource trust, CertificateRole role) {}

  private record Answer(PeerIdentity identity, Instant until) {}

  private final InstantSource clock;
  private final Executor workers;
  private final Map<Key, Answer> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Answer> eldest) {
              return size() > REMEMBERED_CHAINS;
            }
          });

  private volatile ChainValidator validator;

  /**
   * Makes a verifier.
   *
   * @param workers where chains not seen before are checked; may block
   */
  public PkixPeerVerifier(TrustRoots roots, InstantSource clock, Executor workers) {
    this.validator = new ChainValidator(roots);
    this.clock = clock;
    this.workers = workers;
  }

  /** Trusts {@code roots} from now on, and forgets every answer given before. */
  public void reconfigure(TrustRoots roots) {
    validator = new ChainValidator(roots);
    remembered.clear();
  }

  @Override
  public CompletionStage<PeerIdentity> verify(
      List<X509Certificate> chain, TrustSource trust, CertificateRole role) {
    if (chain.isEmpty()) {
      return CompletableFuture.completedFuture(PeerIdentity.anonymous());
    }
    ChainValidator current = validator;
    Instant now = clock.instant();
    try {
      Key key = new Key(digest(chain), trust, role);
      Answer known = remembered.get(key);
      if (known != null && now.isBefore(known.until())) {
        return CompletableFuture.completedFuture(known.identity());
      }
      return CompletableFuture.supplyAsync(
          () -> {
            PeerIdentity identity = current.validate(chain, trust, now);
            remember(current, key, new Answer(identity, rememberUntil(chain, now)));
            return identity;
          },
          workers);
    } catch (GeneralSecurityException e) {
      return unverified(chain, "the certificate cannot be read: " + e.getMessage());
    } catch (RejectedExecutionException e) {
      return unverified(chain, "the agent is stopping or overloaded");
    }
  }

  private void remember(ChainValidator validatedBy, Key key, Answer answer) {
    synchronized (remembered) {
      if (validator == validatedBy) { // an answer from before a change of roots is not kept
        remembered.put(key, answer);
      }
    }
  }

  private static Instant rememberUntil(List<X509Certificate> chain, Instant now) {
    Optional<Instant> firstExpiry =
        chain.stream().map(c -> c.getNotAfter().toInstant()).min(Instant::compareTo);
    Instant limit = now.plus(REMEMBERED_FOR);
    return firstExpiry.filter(expiry -> expiry.isBefore(limit)).orElse(limit);
  }

  private static CompletionStage<PeerIdentity> unverified(
      List<X509Certificate> chain, String reason) {
    return CompletableFuture.completedFuture(
        new PeerIdentity.Unverified(chain.get(0).getSubjectX500Principal().getName(), reason));
  }

  private static String digest(List<X509Certificate> chain) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (X509Certificate certificate : chain) {
      sha256.update(certificate.getEncoded());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
