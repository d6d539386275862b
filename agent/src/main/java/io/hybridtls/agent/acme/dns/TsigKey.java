package io.hybridtls.agent.acme.dns;

import io.hybridtls.agent.secret.SecretText;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;

/**
 * A key shared with a name server (RFC 8945).
 *
 * @param name as the server calls it; absolute
 * @param secret in Base64, as {@code tsig-keygen} prints it
 */
public record TsigKey(Name name, Algorithm algorithm, SecretText secret) {

  /** What signs (RFC 8945, section 6). HMAC-MD5 and HMAC-SHA1 are not to be used any more. */
  public enum Algorithm {
    /** The one that every server has. */
    HMAC_SHA256("HmacSHA256"),
    HMAC_SHA384("HmacSHA384"),
    HMAC_SHA512("HmacSHA512");

    private final String javaName;

    Algorithm(String javaName) {
      this.javaName = javaName;
    }

    private Name dnsName() {
      return Name.fromConstantString(name().toLowerCase(Locale.ROOT).replace('_', '-') + ".");
    }
  }

  /** Reads the secret, which is dropped with what is returned. */
  TSIG signer(InstantSource clock) throws IOException {
    String text = secret.read();
    try {
      SecretKeySpec key = new SecretKeySpec(Base64.getDecoder().decode(text), algorithm.javaName);
      return new TSIG(algorithm.dnsName(), name, key, clock.withZone(ZoneOffset.UTC));
    } catch (IllegalArgumentException e) {
      throw new RefusedChangeException(
          "update.key-secret",
          "the secret of key " + name + " is not Base64; take it as tsig-keygen prints it",
          e);
    }
  }
}
