package io.hybridtls.agent.renewal;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is wrong with the certificate of a CA's own web server, in our words: Java's name its
 * classes.
 */
public final class ServerTrust {

  private static final String UNACCEPTABLE = "its certificate cannot be accepted: ";
  private static final String OUTDATED =
      "its certificate has expired or is not valid yet, by the clock of this machine: ";

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
        .map(fault -> (isOfDates(fault) ? OUTDATED : UNACCEPTABLE) + fault.getMessage());
  }

  private static boolean isOfTrust(Throwable fault) {
    return fault instanceof CertPathBuilderException
        || (fault instanceof CertPathValidatorException path
            && path.getReason() == PKIXReason.NO_TRUST_ANCHOR);
  }

  private static boolean isOfDates(Throwable fault) {
    return fault instanceof CertificateExpiredException
        || fault instanceof CertificateNotYetValidException;
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
