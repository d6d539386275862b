package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/** Conversations with one CA, each with a session of its own. Safe for any thread. */
final class AcmeSessions {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

  private final AcmeSettings settings;
  private final AccountKeys keys;
  private final InstantSource clock;
  private final Duration requestTimeout;
  private final AcmeFailures failures;
  private @Nullable AcmeTransport transport;
  private volatile boolean known;

  /**
   * @param keys of the account at this CA
   */
  AcmeSessions(
      AcmeSettings settings,
      AccountKeys keys,
      InstantSource clock,
      Duration requestTimeout,
      AcmeFailures failures) {
    this.settings = settings;
    this.keys = keys;
    this.clock = clock;
    this.requestTimeout = requestTimeout;
    this.failures = failures;
  }

  /** What is said in one session. */
  @FunctionalInterface
  interface Conversation<T> {
    T in(Session session) throws AcmeException, IssuanceException;
  }

  /** Holds a conversation; what goes wrong comes out as what it means for the next attempt. */
  <T> T hold(Conversation<T> conversation) throws IssuanceException {
    Session session = new Session(settings.directory(), transport());
    session.setLocale(Locale.ENGLISH);
    try {
      return conversation.in(session);
    } catch (AcmeException | AcmeProtocolException | AcmeLazyLoadingException e) {
      throw failures.of(e, isDirectory(session));
    } catch (IllegalArgumentException e) {
      throw failures.of(AcmeFailures.senseless(e), isDirectory(session));
    } finally {
      if (session.hasDirectory()) {
        known = true;
      }
    }
  }

  /** A key for an account is made when the directory has been read, and outlives the agent. */
  private boolean isDirectory(Session session) {
    return known || session.hasDirectory() || keys.areKept();
  }

  /** Made when first needed, and again until the file with the CA's roots can be read. */
  private synchronized AcmeTransport transport() throws IssuanceException {
    AcmeTransport ready = transport;
    if (ready == null) {
      requireEncryption();
      ready = new AcmeTransport(trust(), clock, requestTimeout);
      transport = ready;
    }
    return ready;
  }

  /** RFC 8555, section 6.1; a CA on the same machine is spared. */
  private void requireEncryption() throws IssuanceException {
    URI directory = settings.directory();
    boolean local = "http".equals(directory.getScheme()) && LOOPBACK.contains(directory.getHost());
    if (!"https".equals(directory.getScheme()) && !local) {
      throw new IssuanceException(
          failures.misconfigured("directory", directory + " does not begin with https://"));
    }
  }

  private Optional<SSLContext> trust() throws IssuanceException {
    Optional<Path> file = settings.trustedCaFile();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TrustedCaFile.read(file.get()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IssuanceException(
          failures.misconfigured(
              "trusted-ca-file", file.get() + " is not a readable PEM file of certificates: " + e),
          e);
    }
  }
}
