package io.hybridtls.agent.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Optional;

/** Where somebody can be asked something. */
interface Terminal {

  /** Whether somebody is there. */
  boolean isInteractive();

  /** What they answer; empty at the end of their input. */
  Optional<String> ask(String question);

  /** Asks, and takes nothing but a clear yes for one. */
  default boolean agrees(String question) {
    String answer = ask(question).orElse("").strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  /** The one from which the process was started, if it was. */
  static Terminal ofProcess() {
    return new Terminal() {
      private final Optional<Console> console = Optional.ofNullable(System.console());

      @Override
      public boolean isInteractive() {
        return console.filter(Terminal::isTerminal).isPresent();
      }

      @Override
      public Optional<String> ask(String question) {
        return console.flatMap(there -> Optional.ofNullable(there.readLine("%s", question)));
      }
    };
  }

  /** From Java 22 on there is a console even when nobody sits at it, and a way to know. */
  private static boolean isTerminal(Console console) {
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException e) {
      return true; // before, there is none without a terminal
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
