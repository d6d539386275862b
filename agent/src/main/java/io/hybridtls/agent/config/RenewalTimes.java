package io.hybridtls.agent.config;

import io.hybridtls.agent.inventory.DailyWindow;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/** Readers of the hours to which renewals are confined. */
final class RenewalTimes {

  static final ValueReader<List<DailyWindow>> WINDOWS =
      Readers.listOf(Readers.text("\"22:00-05:00\" or \"sat-sun 00:00-24:00\"", DailyWindow::of));

  static final ValueReader<ZoneId> ZONE = Readers.text("\"Europe/Berlin\"", RenewalTimes::zone);

  private RenewalTimes() {}

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a time zone", e);
    }
  }
}
