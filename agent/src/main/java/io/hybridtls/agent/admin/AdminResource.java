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
   * Answers a request by one or more JSON objects, in order; the last one is the result.
   *
   * @param parameters of the query, each with its values in order
   * @throws IOException when the command line has gone away; the work goes on or ends as the
   *     resource sees fit
   */
  void answer(Map<String, List<String>> parameters, Events events) throws IOException;

  /** A resource whose answer is one object. */
  static AdminResource of(String route, Supplier<Map<String, Object>> answer) {
    return new AdminResource() {
      @Override
      public String route() {
        return route;
      }

      @Override
      public void answer(Map<String, List<String>> parameters, Events events) throws IOException {
        events.send(answer.get());
      }
    };
  }

  /** Where the objects of an answer are sent as they come. */
  @FunctionalInterface
  interface Events {

    void send(Map<String, ?> object) throws IOException;
  }
}
