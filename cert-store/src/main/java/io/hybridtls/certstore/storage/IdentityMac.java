package io.hybridtls.certstore.storage;

import java.io.OutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jcajce.io.MacOutputStream;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.MacCalculator;
import org.bouncycastle.pkcs.PKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.PKCS12MacCalculatorBuilderProvider;

/**
 * The HMAC-SHA256 over a PKCS#12 file (RFC 7292, section 4), keyed by the store secret. The
 * password that Bouncy Castle hands in is not used: {@link DerivedKeys} has the secret.
 */
final class IdentityMac implements PKCS12MacCalculatorBuilderProvider {

  private static final AlgorithmIdentifier SHA256 =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);

  private final DerivedKeys keys;

  IdentityMac(DerivedKeys keys) {
    this.keys = keys;
  }

  /** For a file about to be written. */
  PKCS12MacCalculatorBuilder writer() {
    return new Builder(new PKCS12PBEParams(keys.salt(), DerivedKeys.ITERATIONS));
  }

  /** For a file about to be read, whose MAC says how its key was derived. */
  @Override
  public PKCS12MacCalculatorBuilder get(AlgorithmIdentifier algorithm) {
    if (!SHA256.getAlgorithm().equals(algorithm.getAlgorithm())) {
      throw new IllegalArgumentException("its MAC is not made with SHA-256");
    }
    return new Builder(PKCS12PBEParams.getInstance(algorithm.getParameters()));
  }

  private final class Builder implements PKCS12MacCalculatorBuilder {
    private final PKCS12PBEParams parameters;

    Builder(PKCS12PBEParams parameters) {
      this.parameters = parameters;
    }

    @Override
    public MacCalculator build(char[] ignored) {
      int iterations = parameters.getIterations().intValueExact();
      return new Calculator(parameters, keys.macKey(parameters.getIV(), iterations));
    }

    @Override
    public AlgorithmIdentifier getDigestAlgorithmIdentifier() {
      return SHA256;
    }
  }

  private static final class Calculator implements MacCalculator {
    private final AlgorithmIdentifier algorithm;
    private final byte[] key;
    private final Mac mac;

    Calculator(PKCS12PBEParams parameters, byte[] key) {
      this.algorithm = new AlgorithmIdentifier(SHA256.getAlgorithm(), parameters);
      this.key = key;
      try {
        mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java runtime has HmacSHA256", e);
      }
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return algorithm;
    }

    @Override
    public OutputStream getOutputStream() {
      return new MacOutputStream(mac);
    }

    @Override
    public byte[] getMac() {
      return mac.doFinal();
    }

    @Override
    public GenericKey getKey() {
      return new GenericKey(algorithm, key);
    }
  }
}
