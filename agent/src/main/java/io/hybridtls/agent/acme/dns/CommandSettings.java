package io.hybridtls.agent.acme.dns;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A program that changes zones.
 *
 * @param command the program and its arguments; {@code present} or {@code cleanup} is added
 * @param timeout for each call
 * @param withheld variables of the agent's environment that the program does not get, since they
 *     hold secrets
 */
public record CommandSettings(List<String> command, Duration timeout, Set<String> withheld)
    implements PublishingSettings {

  public CommandSettings {
    command = List.copyOf(command);
    withheld = Set.copyOf(withheld);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command has a program at least");
    }
  }
}
