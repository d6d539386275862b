package io.hybridtls.agent.config;

import io.hybridtls.agent.config.AgentConfig.Admin;
import io.hybridtls.agent.config.AgentConfig.Http;
import io.hybridtls.agent.config.AgentConfig.Log;
import io.hybridtls.agent.config.AgentConfig.LogFormat;
import io.hybridtls.agent.config.AgentConfig.Renewal;
import io.hybridtls.agent.inventory.DailyWindow;
import io.hybridtls.agent.inventory.RenewalHours;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/** The sections of one or two keys: {@code renewal}, {@code http}, {@code admin}, {@code log}. */
final class SmallSections {

  /** How many things are done at once. */
  static final ValueReader<Integer> CONCURRENCY = Readers.integer(1, 256);

  /** A certificate of hours or days must not end between two looks. */
  private static final ValueReader<Duration> LOOKS =
      Quantities.durationFrom(Duration.ofSeconds(1), Duration.ofDays(1));

  private SmallSections() {}

  static Optional<Renewal> renewal(Section renewal) {
    Setting<Duration> interval = renewal.value("check-interval", LOOKS, "1 minute");
    Setting<Integer> concurrency = renewal.value("concurrency", CONCURRENCY, "8");
    Setting<List<DailyWindow>> windows = renewal.value("only-between", RenewalTimes.WINDOWS, "[]");
    Setting<Optional<ZoneId>> zone = renewal.optional("time-zone", RenewalTimes.ZONE);
    return renewal.build(
        () ->
            new Renewal(
                interval.get(),
                concurrency.get(),
                new RenewalHours(windows.get(), zone.get().orElseGet(ZoneId::systemDefault))));
  }

  static Setting<InetSocketAddress> httpAddress(Section http) {
    return http.required("address", NetworkReaders.LISTEN_ADDRESS, "\"0.0.0.0:80\"");
  }

  static Optional<Http> http(Section http, Setting<InetSocketAddress> address) {
    return http.build(() -> new Http(address.get()));
  }

  static Optional<Admin> admin(Section admin) {
    Setting<Path> socket =
        admin.value("socket", FileReaders.SOCKET, "\"/run/hybridtls/admin.sock\"");
    return admin.build(() -> new Admin(socket.get()));
  }

  static Optional<Log> log(Section log) {
    Setting<LogFormat> format = log.value("format", Readers.choice(LogFormat.class), "text");
    Setting<Level> level = log.value("level", Readers.choice(Level.class), "info");
    return log.build(() -> new Log(format.get(), level.get()));
  }
}
