package io.hybridtls.agent.acme;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.certstore.model.DnsName;
import java.net.URL;
import java.util.Optional;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Http01Challenge;

/** Answers from the agent's own HTTP listener (RFC 8555, section 8.3). */
final class Http01Solver implements ChallengeSolver {

  private final HttpRoutes routes;

  Http01Solver(HttpRoutes routes) {
    this.routes = routes;
  }

  @Override
  public String type() {
    return Http01Challenge.TYPE;
  }

  /** One host cannot answer for all hosts below a domain. */
  @Override
  public boolean canProve(DnsName name) {
    return !name.isWildcard();
  }

  @Override
  public boolean provesAddresses() {
    return true;
  }

  @Override
  public Optional<PresentedChallenge> present(Authorization authorization, URL account) {
    return authorization.findChallenge(Http01Challenge.class).map(this::answer);
  }

  private PresentedChallenge answer(Http01Challenge challenge) {
    HttpRoutes.Registration registration =
        routes.answerChallenge(challenge.getToken(), challenge.getAuthorization());
    return new PresentedChallenge(challenge, registration::close);
  }
}
