package io.hybridtls.agent.cli;

/** What the process says to whoever called it; a script can rely on these. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int AGENT_NOT_REACHABLE = 3;
  static final int CONFIGURATION_INVALID = 4;
  static final int RENEWAL_FAILED_STILL_VALID = 5;
  static final int STORED_NOT_LIVE = 6;

  private ExitCode() {}
}
