package io.hybridtls.smtp.endpoint;

import io.hybridtls.smtp.tls.PkixPeerVerifier;
import io.hybridtls.smtp.tls.TrustRoots;
import io.hybridtls.smtp.tls.TrustRootsReader;
import io.hybridtls.smtp.tls.TrustSource;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** Whose word peers are believed on now. Used by one thread at a time. */
final class LiveTrust {

  private final TrustRootsReader reader;
  private final PkixPeerVerifier verifier;
  private TrustRoots trusted = new TrustRoots(Map.of());

  LiveTrust(TrustRootsReader reader, PkixPeerVerifier verifier) {
    this.reader = reader;
    this.verifier = verifier;
  }

  /** Reads, and changes nothing. */
  TrustRoots read(Set<TrustSource> sources) throws IOException {
    return reader.read(sources);
  }

  /** Believes {@code read} from now on. */
  void use(TrustRoots read) {
    trusted = read;
    verifier.reconfigure(read);
  }

  /**
   * Believes what the private CAs say now.
   *
   * @return whether that is news
   */
  boolean renew() {
    TrustRoots renewed = reader.withNews(trusted);
    boolean news = !renewed.equals(trusted);
    if (news) {
      use(renewed);
    }
    return news;
  }
}
