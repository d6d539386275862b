package io.hybridtls.smtp.tls;

import static java.util.Comparator.comparingInt;

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
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses for the JDK's TLS among certificates, in the order given. A client is told to present one
 * whenever it is asked, whatever CAs the request names: a default key manager would silently
 * present none when the hints (RFC 8446, section 4.2.4) do not match.
 *
 * <p>The JDK asks for one kind of key after the other, in the order that the peer prefers in TLS
 * 1.3 and in that of our cipher suites in TLS 1.2. It does not tell a TLS 1.2 client's curves (RFC
 * 8422, section 5.1), and shows none at all when the choice is not among them: there the smallest
 * curve comes first, since whoever knows P-384 knows P-256, and not the other way round.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {

  private final List<HeldCertificate> identities;
  private final List<HeldCertificate> smallestCurveFirst;

  /**
   * @param identities at least one; the alias of each is its place
   */
  IdentityKeyManager(List<HeldCertificate> identities) {
    this.identities = List.copyOf(identities);
    this.smallestCurveFirst =
        identities.stream().sorted(comparingInt(IdentityKeyManager::curveSize)).toList();
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
    return first(identities, held -> isOf(held, List.of(keyType)));
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
    List<HeldCertificate> order = isServerBeforeTls13(engine) ? smallestCurveFirst : identities;
    String suited = first(order, held -> isOf(held, keyTypes) && goesWith(held, verifiable));
    return suited != null ? suited : first(order, held -> isOf(held, keyTypes));
  }

  private @Nullable String first(
      List<HeldCertificate> order, Predicate<HeldCertificate> condition) {
    return order.stream()
        .filter(condition)
        .findFirst()
        .map(held -> aliasOf(identities.indexOf(held)))
        .orElse(null);
  }

  private static boolean isServerBeforeTls13(SSLEngine engine) {
    SSLSession session = engine.getHandshakeSession();
    return !engine.getUseClientMode()
        && session != null
        && !session.getProtocol().equals("TLSv1.3");
  }

  /** Stable: the others stay where they are. */
  private static int curveSize(HeldCertificate held) {
    return held.leaf().getPublicKey() instanceof ECPublicKey key
        ? key.getParams().getCurve().getField().getFieldSize()
        : 0;
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
    return !(held.leaf().getPublicKey() instanceof ECPublicKey)
        || signatures.contains("SHA" + curveSize(held) + "withECDSA");
  }

  private HeldCertificate at(String alias) {
    return identities.get(Integer.parseInt(alias));
  }

  private static String aliasOf(int place) {
    return Integer.toString(place);
  }
}
