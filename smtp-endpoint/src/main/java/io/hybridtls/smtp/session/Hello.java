package io.hybridtls.smtp.session;

/**
 * How the client introduced itself.
 *
 * @param client name or address literal as the client wrote it; proves nothing
 * @param extended whether by EHLO
 */
public record Hello(String client, boolean extended) {}
