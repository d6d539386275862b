package io.hybridtls.smtp.protocol;

/** A server sent something that is not a reply; nothing it says can be relied on any more. */
public final class MalformedReplyException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedReplyException(String message) {
    super(message);
  }
}
