package io.hybridtls.agent.testing;

/**
 * How a command of the program ended.
 *
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
public record CommandResult(int exitCode, String out, String err) {}
