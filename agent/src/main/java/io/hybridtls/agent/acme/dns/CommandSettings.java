package io.hybridtls.agent.acme.dns;

import java.time.Duration;
import java.util.List;

/**
 * A program that changes zones.
 *
 * @param command the program and its arguments; {@code present} or {@code cleanup} is added
 * @param timeout for each call
 */
public record CommandSettings(List<String> command, Duration timeout)
    implements PublishingSettings {

  public CommandSettings {
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command has a program at least");
    }
  }
}
