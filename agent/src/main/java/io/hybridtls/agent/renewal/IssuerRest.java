package io.hybridtls.agent.renewal;

import java.time.Instant;

/**
 * Why an issuer is left alone for now.
 *
 * @param binding whether asking all the same would go against what the CA demands or grants; when
 *     not, it is only of little use, and better than nothing
 */
public record IssuerRest(Instant until, String reason, boolean binding) {}
