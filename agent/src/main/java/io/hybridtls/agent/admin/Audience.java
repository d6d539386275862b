package io.hybridtls.agent.admin;

import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever watches a request, for as long as they do: what was asked for goes on without them. Used
 * by one thread.
 */
final class Audience {

  private static final Logger LOG = LoggerFactory.getLogger(Audience.class);

  private final AdminResource.Progress progress;
  private boolean gone;

  Audience(AdminResource.Progress progress) {
    this.progress = progress;
  }

  void tell(Map<String, ?> event) {
    if (gone) {
      return;
    }
    try {
      progress.tell(event);
    } catch (IOException e) {
      LOG.info("the command line went away; what it asked for goes on");
      gone = true;
    }
  }
}
