package io.hybridtls.smtp.tls;

import java.nio.file.Path;

/** Which roots a peer's chain must end at, as configured. */
public sealed interface TrustSource {

  /** The roots that the Java runtime ships. */
  record SystemRoots() implements TrustSource {
    @Override
    public String toString() {
      return "the system's roots";
    }
  }

  /** The certificates in a PEM file, and no others. */
  record CaFile(Path file) implements TrustSource {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /** The root of one of the agent's own private CAs, and no other. */
  record LocalIssuer(String issuer) implements TrustSource {
    @Override
    public String toString() {
      return "the root of issuer " + issuer;
    }
  }

  static TrustSource systemRoots() {
    return new SystemRoots();
  }
}
