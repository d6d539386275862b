package io.hybridtls.agent.imported;

import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * What it takes to try one password. Whoever wrote the file has chosen that, and may have chosen
 * years (RFC 8018, section 4.2 and RFC 7914, section 6).
 */
final class Effort {

  /** Some seconds; usual are thousands, and a million at most. */
  private static final BigInteger MOST_ROUNDS = BigInteger.valueOf(10_000_000);

  /** In blocks of 128 octets: usual are 2^17 (N = 16384, r = 8), and 2^23 at most (1 GiB). */
  private static final BigInteger MOST_BLOCKS = BigInteger.valueOf(1 << 23);

  private Effort() {}

  /**
   * Looks at how a key or a bag is encrypted, before it is opened.
   *
   * @throws UnusableFilesException when trying a password takes too long
   * @throws IllegalArgumentException when {@code scheme} is not what it says it is
   */
  static void requireAffordable(AlgorithmIdentifier scheme, String place)
      throws UnusableFilesException {
    if (PKCSObjectIdentifiers.id_PBES2.equals(scheme.getAlgorithm())) {
      requireAffordable(
          PBES2Parameters.getInstance(scheme.getParameters()).getKeyDerivationFunc(), place);
    } else if (scheme.getAlgorithm().on(PKCSObjectIdentifiers.pkcs_12PbeIds)
        || scheme.getAlgorithm().on(PKCSObjectIdentifiers.pkcs_5)) {
      requireRounds(PKCS12PBEParams.getInstance(scheme.getParameters()).getIterations(), place);
    } // else nothing that is opened with a password
  }

  /** Looks at the rounds of one that makes a key of a password by hashing it over and over. */
  static void requireRounds(BigInteger rounds, String place) throws UnusableFilesException {
    require(rounds, MOST_ROUNDS, "rounds", place);
  }

  private static void requireAffordable(KeyDerivationFunc function, String place)
      throws UnusableFilesException {
    ASN1Encodable parameters = function.getParameters();
    if (PKCSObjectIdentifiers.id_PBKDF2.equals(function.getAlgorithm())) {
      requireRounds(PBKDF2Params.getInstance(parameters).getIterationCount(), place);
    } else if (MiscObjectIdentifiers.id_scrypt.equals(function.getAlgorithm())) {
      ScryptParams scrypt = ScryptParams.getInstance(parameters);
      BigInteger blocks =
          scrypt
              .getCostParameter()
              .multiply(scrypt.getBlockSize())
              .multiply(scrypt.getParallelizationParameter());
      require(blocks, MOST_BLOCKS, "blocks of scrypt", place);
    }
  }

  private static void require(BigInteger asked, BigInteger most, String unit, String place)
      throws UnusableFilesException {
    if (asked.compareTo(most) > 0) {
      throw new UnusableFilesException(
          place
              + " is encrypted so that opening it takes too long ("
              + asked
              + " "
              + unit
              + ", and "
              + most
              + " are the most); encrypt it anew with the usual settings of your tool");
    }
  }
}
