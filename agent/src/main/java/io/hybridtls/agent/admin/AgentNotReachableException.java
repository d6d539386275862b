package io.hybridtls.agent.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;

/** No agent answers on the admin socket; the message says why, and what to do. */
public final class AgentNotReachableException extends IOException {

  private static final long serialVersionUID = 1L;

  AgentNotReachableException(Path socket, Throwable cause) {
    super("no agent answers on " + socket + ": " + reason(socket, cause), cause);
  }

  private static String reason(Path socket, Throwable cause) {
    if (Files.notExists(socket)) {
      return "there is no such socket; start the agent with \"hybridtls run\", or name the"
          + " configuration that it runs with by --config";
    }
    if (!Files.isWritable(socket)) {
      return "permission denied; run this command as the agent's user, or as root";
    }
    if (cause instanceof ConnectException) {
      return "the agent that made it is gone; start it with \"hybridtls run\"";
    }
    return cause.getMessage() + "; look at the agent's log";
  }
}
