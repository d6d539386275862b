package io.hybridtls.agent.renewal;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is wrong with the certificate of a CA's own web server, in our words: Java's name its
 * classes.
 */
public final class ServerTrust {

  private ServerTrust() {}

  /** Whether {@code thrown} says that the server's certificate leads to no root that we trust. */
  public static boolean isMissing(Throwable thrown) {
    return faults(thrown).stream().anyMatch(ServerTrust::isOfTrust);
  }

  /** What is wrong with the server's certificate; empty when {@code thrown} says nothing of it. */
  public static Optional<String> fault(Throwable thrown) {
    if (isMissing(thrown)) {
      return Optional.of("its certificate leads to no root that is trusted here");
    }
    return faults(thrown).stream()
        .reduce((outer, inner) -> inner)
        .map(Throwable::getMessage)
        .map(words -> "its certificate cannot be accepted: " + words);
  }

  private static boolean isOfTrust(Throwable fault) {
    return fault instanceof CertPathBuilderException
        || (fault instanceof CertPathValidatorException path
            && path.getReason() == PKIXReason.NO_TRUST_ANCHOR);
  }

  private static List<Throwable> faults(Throwable thrown) {
    return Stream.iterate(thrown, each -> each != null, Throwable::getCause)
        .filter(
            each ->
                each instanceof CertificateException
                    || each instanceof CertPathBuilderException
                    || each instanceof CertPathValidatorException)
        .toList();
  }
}
