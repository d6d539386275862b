package io.hybridtls.agent.est;

import io.hybridtls.agent.secret.SecretText;

/** Who we are to an EST server before we hold a certificate of its CA. */
public record EstCredentials(String user, SecretText password) {}
