package io.hybridtls.smtp.spool;

/**
 * What the spool holds.
 *
 * @param messages messages with an undelivered recipient
 * @param deferred recipients that were tried in vain at least once
 */
public record SpoolStatistics(long messages, long recipients, long deferred) {}
