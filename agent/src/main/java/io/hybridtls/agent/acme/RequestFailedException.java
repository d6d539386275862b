package io.hybridtls.agent.acme;

import java.io.IOException;
import java.net.URL;

/** A request that got no answer that ACME knows; the message names the URL. */
class RequestFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  RequestFailedException(URL url, String reason) {
    super(url + ": " + reason);
  }

  RequestFailedException(URL url, String reason, Throwable cause) {
    super(url + ": " + reason, cause);
  }
}
