package io.hybridtls.agent.imported;

import io.hybridtls.agent.chain.TrustedRoots;
import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.agent.inventory.SigningRequest;
import io.hybridtls.agent.renewal.CertificateSource;
import io.hybridtls.agent.renewal.Supply;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import io.hybridtls.certstore.storage.KeyVault;
import io.hybridtls.certstore.storage.StoreException;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Certificates that an operator brings: the agent makes the key and the request for it, and makes
 * an identity of what comes back. Safe for any thread but event loops.
 */
public final class ImportedSource implements CertificateSource {

  private static final int PEM_LINE = 64;

  private final ImportedSettings settings;
  private final KeptKeys keys;
  private final InstantSource clock;

  /**
   * @param vault keeps the keys that requests were made for
   * @param compromised tells keys that others have got, which are not certified again
   */
  public ImportedSource(
      ImportedSettings settings,
      KeyVault vault,
      Predicate<PublicKey> compromised,
      InstantSource clock,
      SecureRandom random) {
    this.settings = settings;
    this.keys = new KeptKeys(vault, compromised, random);
    this.clock = clock;
  }

  /** Nothing comes by itself. */
  @Override
  public Supply look(CertificateSpec spec, Optional<Generation> held) {
    return new Supply.Nothing(
        "run \"hybridtls certificate csr "
            + spec.id()
            + "\", have a CA sign it, and bring the certificate with \"hybridtls certificate import"
            + " "
            + spec.id()
            + "\"");
  }

  /**
   * The requests (RFC 2986) for {@code spec}'s next certificate, one for each kind of key, as PEM.
   * Asked again, it gives requests for the same keys, until a certificate for them is in use.
   *
   * @param newKeys whether to make other keys; a certificate for those before them can then only be
   *     imported together with its key, which nobody has
   */
  public List<String> requests(CertificateSpec spec, Optional<Generation> live, boolean newKeys)
      throws StoreException {
    List<String> requests = new ArrayList<>();
    for (KeyAlgorithm algorithm : spec.keys()) {
      KeyPair pair = keys.next(spec, algorithm, live, newKeys);
      requests.add(pem(SigningRequest.of(spec, pair)));
    }
    return List.copyOf(requests);
  }

  /**
   * Makes of {@code files} what can be taken live: finds the key in them, or the one that a request
   * was made for, and puts the chain in order. Stores nothing.
   *
   * @throws UnusableFilesException when they make no usable certificate; the message says why
   */
  public Assembled assemble(
      CertificateSpec spec,
      Optional<Generation> live,
      List<GivenFile> files,
      Optional<Password> password)
      throws UnusableFilesException, StoreException {
    Given given = GivenFiles.read(files, password);
    Assembled made = new Assembly(roots(), clock.instant()).of(given, keys.candidates(spec, live));
    requireAllKinds(spec, made);
    return made;
  }

  /** They go live together: one that is missing would be taken from the peers that need it. */
  private static void requireAllKinds(CertificateSpec spec, Assembled made)
      throws UnusableFilesException {
    if (spec.keys().size() == 1) {
      return; // whoever brings a certificate chooses its key
    }
    Set<String> found =
        made.certificates().stream()
            .map(held -> held.leaf().getPublicKey().getAlgorithm())
            .collect(Collectors.toSet());
    for (KeyAlgorithm wanted : spec.keys()) {
      if (!found.contains(wanted.family())) {
        throw new UnusableFilesException(
            "there is no certificate for an "
                + wanted.family()
                + " key, which certificates."
                + spec.id()
                + ".keys has ("
                + wanted.label()
                + "); give the certificates for all kinds of key together");
      }
    }
  }

  /** What was asked for is in use: the next request is for another key. */
  public void settle(CertificateSpec spec, List<HeldCertificate> imported) throws StoreException {
    keys.settle(spec, imported);
  }

  private TrustedRoots roots() throws UnusableFilesException {
    try {
      return TrustedRoots.read(settings.trustedCaFile());
    } catch (IOException e) {
      throw new UnusableFilesException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String pem(byte[] der) {
    Base64.Encoder base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'});
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + base64.encodeToString(der)
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }
}
