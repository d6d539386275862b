package io.hybridtls.agent.admin;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One thing that the command line can ask of the running agent. Called on worker threads; may
 * block.
 */
public interface AdminResource {

  /** HTTP method and path, as in {@code GET /v1/status}. */
  String route();

  /**
   * Answers a request.
   *
   * @param parameters by name, each with its values in order
   * @param progress where JSON objects are sent that tell how it goes, before the result
   * @return the result, a JSON object
   * @throws IOException when the command line has gone away, and the resource gives up with it
   */
  Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) throws IOException;

  /** A resource that needs no parameters and takes no time worth telling of. */
  static AdminResource of(String route, Supplier<Map<String, Object>> answer) {
    return new AdminResource() {
      @Override
      public String route() {
        return route;
      }

      @Override
      public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
        return answer.get();
      }
    };
  }

  /** Who watches a request that takes time. */
  @FunctionalInterface
  interface Progress {

    /**
     * Sends {@code object} at once.
     *
     * @throws IOException when nobody watches any more
     */
    void tell(Map<String, ?> object) throws IOException;
  }
}
