package io.hybridtls.agent.acme;

import io.hybridtls.agent.http.HttpRoutes;
import io.hybridtls.agent.tlsalpn.TlsAlpnListeners;

/**
 * Where CAs find answers, for all issuers of the agent together.
 *
 * @param http what the HTTP listener serves; it must be running for http-01
 * @param records what is to be found in the DNS
 */
public record ChallengeListeners(
    HttpRoutes http, TlsAlpnListeners tlsAlpn, WrittenRecords records) {}
