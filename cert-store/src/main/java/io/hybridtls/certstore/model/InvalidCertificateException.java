package io.hybridtls.certstore.model;

import java.security.GeneralSecurityException;

/**
 * A key and a chain that do not make a usable identity; the message says what is wrong with them.
 */
public final class InvalidCertificateException extends GeneralSecurityException {

  public InvalidCertificateException(String message) {
    super(message);
  }

  public InvalidCertificateException(String message, Throwable cause) {
    super(message, cause);
  }
}
