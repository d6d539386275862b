package io.hybridtls.smtp.tls;

/** Whether a listener asks its clients for a certificate. */
public enum ClientCertificateMode {
  /** Not asked for. */
  NONE,
  /** Asked for; a client without one, or with one that proves nothing, is nobody in particular. */
  REQUESTED,
  /** Asked for; no mail is taken from a client that does not prove an identity. */
  REQUIRED
}
