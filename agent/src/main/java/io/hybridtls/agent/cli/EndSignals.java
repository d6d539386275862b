package io.hybridtls.agent.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT as what they are, the wish that the agent end. Left to the Java runtime they
 * make the exit code 143 or 130, by which a service manager takes a clean end for a failure.
 *
 * <p>{@code sun.misc.Signal} is supported (JEP 260) and has no successor, but the compiler warns of
 * its name alone: so it is reached by reflection.
 */
final class EndSignals {

  private static final Logger LOG = LoggerFactory.getLogger(EndSignals.class);

  private static final List<String> NAMES = List.of("TERM", "INT");

  private EndSignals() {}

  /**
   * Runs {@code wish} at each of the signals, on a thread of the runtime. Where the runtime does
   * not give them away ({@code -Xrs}), it ends as it would have.
   */
  static void onEach(Runnable wish) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calling =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> called(wish, proxy, method.getName(), arguments));
      for (String name : NAMES) {
        Object named = signal.getConstructor(String.class).newInstance(name);
        var unused = signal.getMethod("handle", signal, handler).invoke(null, named, calling);
      }
    } catch (ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      LOG.info("the exit code after SIGTERM will be the Java runtime's: {}", String.valueOf(cause));
    }
  }

  private static Object called(Runnable wish, Object proxy, String method, Object[] arguments) {
    return switch (method) {
      case "handle" -> {
        wish.run();
        yield proxy; // void: nobody looks at it
      }
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> EndSignals.class.getSimpleName();
    };
  }
}
