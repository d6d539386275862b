package io.hybridtls.agent.admin;

import io.hybridtls.agent.acme.AcmeAccountActions;
import io.hybridtls.agent.acme.AcmeIssuer;
import io.hybridtls.agent.renewal.IssuanceException;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The account at an ACME issuer: shown, given a new key, or deactivated. */
public final class AccountResource implements AdminResource {

  private final ManagedCertificates certificates;

  public AccountResource(ManagedCertificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public String route() {
    return "POST /v1/account";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    String issuer = asked.require("issuer");
    AcmeAccountActions account = account(issuer);
    try {
      return switch (asked.require("action")) {
        case "show" -> shown(issuer, account.show());
        case "rollover" -> {
          if (!account.changeKey()) {
            throw new RefusedRequestException(
                RefusedRequestException.FAILED,
                "the orders under way at "
                    + issuer
                    + " have not ended, and the old key still counts; try again when they have");
          }
          yield done(issuer, "the account has a new key; the old one opens nothing any more");
        }
        case "deactivate" ->
            done(
                issuer,
                account.deactivate()
                    ? "the account is deactivated; the next order makes another"
                    : "the CA had no open account for this key; the next order makes another");
        default ->
            throw new RefusedRequestException(
                RefusedRequestException.USAGE, "write show, rollover or deactivate");
      };
    } catch (IssuanceException e) {
      throw new RefusedRequestException(
          RefusedRequestException.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private AcmeAccountActions account(String issuer) {
    if (certificates.issuer(issuer).orElse(null) instanceof AcmeIssuer acme) {
      return acme.account();
    }
    Collection<String> all = certificates.issuers(AcmeIssuer.class::isInstance);
    throw new RefusedRequestException(
        RefusedRequestException.USAGE,
        "there is no issuer \""
            + issuer
            + "\" of type acme, which alone has an account; "
            + (all.isEmpty() ? "there is none" : "there are " + String.join(", ", all)));
  }

  private static Map<String, ?> shown(String issuer, AcmeAccountActions.Shown account) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("exit", 0);
    shown.put("issuer", issuer);
    shown.put("account", account.location().toString());
    shown.put("status", account.status());
    shown.put("contacts", account.contacts().stream().map(URI::toString).toList());
    return shown;
  }

  private static Map<String, ?> done(String issuer, String text) {
    return Map.of("exit", 0, "issuer", issuer, "text", text);
  }
}
