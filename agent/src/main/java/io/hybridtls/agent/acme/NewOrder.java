package io.hybridtls.agent.acme;

import io.hybridtls.agent.inventory.CertificateSpec;
import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.agent.renewal.IssuanceProgress;
import io.hybridtls.agent.renewal.IssuanceRequest;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * What is asked for in a new order (RFC 8555, section 7.4; RFC 9773, section 5). A CA that does not
 * accept the certificate to be replaced is asked again without naming it: it is a courtesy, and no
 * reason to go without a certificate.
 */
final class NewOrder {

  private static final Set<String> REFUSALS = Set.of("malformed", "unauthorized", "conflict");

  private final Optional<String> profile;
  private final Optional<String> replaces;
  private final IssuanceProgress progress;

  /**
   * @param profile one that the CA has
   * @param replaces the identifier of the certificate that is replaced
   */
  NewOrder(Optional<String> profile, Optional<String> replaces, IssuanceProgress progress) {
    this.profile = profile;
    this.replaces = replaces;
    this.progress = progress;
  }

  /**
   * Sends the order of {@code request}.
   *
   * @throws IssuanceException when it is not sent, or not again, to stay within limits
   */
  Order place(Login login, IssuanceRequest request) throws AcmeException, IssuanceException {
    boolean named =
        replaces.isPresent()
            && login.getSession().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
    if (!named) {
      return placePlain(login, request);
    }
    try {
      return plain(login, request.spec()).replaces(replaces.get()).create();
    } catch (AcmeServerException e) {
      if (!isAboutReplacing(e)) {
        throw e;
      }
      progress.step(
          "ordering again without naming the certificate that is replaced: "
              + ProblemText.of(e.getProblem()));
      return placePlain(login, request);
    }
  }

  private Order placePlain(Login login, IssuanceRequest request)
      throws AcmeException, IssuanceException {
    request.replaceNothing();
    return plain(login, request.spec()).create();
  }

  private OrderBuilder plain(Login login, CertificateSpec spec) {
    OrderBuilder wanted =
        login.newOrder().domains(spec.names().stream().map(DnsName::value).toList());
    spec.addresses().stream().map(NewOrder::identifier).forEach(wanted::identifier);
    profile.ifPresent(wanted::profile);
    return wanted;
  }

  /** RFC 8738, section 3, wants IPv6 addresses as RFC 5952 writes them; acme4j does not. */
  private static Identifier identifier(IpAddress address) {
    return new Identifier(Identifier.TYPE_IP, address.value());
  }

  /** CAs have more than one way to refuse; besides its own type, the words tell. */
  private static boolean isAboutReplacing(AcmeServerException refusal) {
    String type = ProblemKind.typeOf(refusal.getProblem());
    String words = ProblemText.of(refusal.getProblem()).toLowerCase(Locale.ROOT);
    return type.equals("alreadyReplaced")
        || (REFUSALS.contains(type) && (words.contains("replace") || words.contains("certid")));
  }
}
