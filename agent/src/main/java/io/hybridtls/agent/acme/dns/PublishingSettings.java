package io.hybridtls.agent.acme.dns;

/** How TXT records get into a zone, as configured. */
public sealed interface PublishingSettings permits UpdateSettings, CommandSettings {}
