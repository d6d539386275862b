package io.hybridtls.agent.acme;

import io.hybridtls.agent.secret.SecretText;

/**
 * What a CA gives to its customers, so that their ACME accounts are known as theirs (external
 * account binding; RFC 8555, section 7.3.4).
 *
 * @param keyId as the CA gave it
 * @param hmacKey in Base64, as the CA gave it
 */
public record ExternalAccount(String keyId, SecretText hmacKey) {}
