package io.hybridtls.agent.ratelimit;

import java.time.Instant;

/**
 * Why an order is not sent yet.
 *
 * @param until when nothing that is known stands against it any more
 * @param reason which limit, and how much of it is spent
 */
public record Wait(Instant until, String reason) {}
