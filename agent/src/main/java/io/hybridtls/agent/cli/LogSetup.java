package io.hybridtls.agent.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.hybridtls.agent.config.AgentConfig.Log;
import io.hybridtls.agent.config.AgentConfig.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is logged, and how: to standard error always, since standard output is for data. */
final class LogSetup {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n%rEx{12}";

  private LogSetup() {}

  /** For commands other than {@code run}: only what is worth interrupting a person for. */
  static void forCommands() {
    apply(pattern(), Level.WARN);
  }

  static void apply(Log log) {
    apply(
        log.format() == LogFormat.JSON ? new JsonEncoder() : pattern(),
        Level.toLevel(log.level().name()));
  }

  private static EncoderBase<ILoggingEvent> pattern() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    return encoder;
  }

  private static void apply(Encoder<ILoggingEvent> encoder, Level level) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(level);
    context.getLogger("io.netty").setLevel(Level.WARN);
    context.getLogger("org.quartz").setLevel(Level.WARN);
    context.getLogger("org.shredzone").setLevel(Level.WARN);
  }
}
