package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.model.HeldCertificate;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for the JDK's TLS among certificates, in the order given. A client is told to present one
 * whenever it is asked, whatever CAs the request names: a default key manager would silently
 * present none when the hints (RFC 8446, section 4.2.4) do not match.
 *
 * <p>The JDK asks for one kind of key after the other, in the order that the peer prefers in TLS
 * 1.3 and in that of our cipher suites in TLS 1.2. It does not tell a TLS 1.2 client's curves, so
 * of two EC keys the one that goes with the client's signature algorithms is taken.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {

  private final List<HeldCertificate> identities;

  /**
   * @param identities at least one; the alias of each is its place
   */
  IdentityKeyManager(List<HeldCertificate> identities) {
    this.identities = List.copyOf(identities);
  }

  @Override
  public String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    String chosen = choose(List.of(keyTypes), engine);
    return chosen == null ? aliasOf(0) : chosen;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return choose(List.of(keyType), engine);
  }

  @Override
  public String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return aliasOf(0);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return first(held -> isOf(held, List.of(keyType)));
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return IntStream.range(0, identities.size())
        .mapToObj(IdentityKeyManager::aliasOf)
        .toArray(String[]::new);
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return getClientAliases(keyType, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return at(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return at(alias).key();
  }

  private @Nullable String choose(List<String> keyTypes, SSLEngine engine) {
    List<String> verifiable = signaturesThatThePeerVerifies(engine);
    String suited = first(held -> isOf(held, keyTypes) && goesWith(held, verifiable));
    return suited != null ? suited : first(held -> isOf(held, keyTypes));
  }

  private @Nullable String first(Predicate<HeldCertificate> condition) {
    for (int place = 0; place < identities.size(); place++) {
      if (condition.test(identities.get(place))) {
        return aliasOf(place);
      }
    }
    return null;
  }

  private static List<String> signaturesThatThePeerVerifies(SSLEngine engine) {
    return engine.getHandshakeSession() instanceof ExtendedSSLSession session
        ? List.of(session.getPeerSupportedSignatureAlgorithms())
        : List.of();
  }

  private static boolean isOf(HeldCertificate held, List<String> keyTypes) {
    return keyTypes.contains(held.leaf().getPublicKey().getAlgorithm());
  }

  /** Each curve has one hash to go with it (RFC 8446, section 4.2.3). */
  private static boolean goesWith(HeldCertificate held, List<String> signatures) {
    return !(held.leaf().getPublicKey() instanceof ECPublicKey key)
        || signatures.contains(
            "SHA" + key.getParams().getCurve().getField().getFieldSize() + "withECDSA");
  }

  private HeldCertificate at(String alias) {
    return identities.get(Integer.parseInt(alias));
  }

  private static String aliasOf(int place) {
    return Integer.toString(place);
  }
}
