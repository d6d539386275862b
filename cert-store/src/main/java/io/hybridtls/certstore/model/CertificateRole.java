package io.hybridtls.certstore.model;

/** On which side of a handshake a certificate stands (RFC 5280, section 4.2.1.12). */
public enum CertificateRole {
  /** Presented by a listener; needs the key purpose id-kp-serverAuth. */
  SERVER("1.3.6.1.5.5.7.3.1", "serverAuth"),
  /** Presented by an outbound connector; needs the key purpose id-kp-clientAuth. */
  CLIENT("1.3.6.1.5.5.7.3.2", "clientAuth");

  private final String keyPurpose;
  private final String label;

  CertificateRole(String keyPurpose, String label) {
    this.keyPurpose = keyPurpose;
    this.label = label;
  }

  /** The object identifier of the key purpose that the role needs. */
  public String keyPurpose() {
    return keyPurpose;
  }

  /** The name of the key purpose as certificates' printouts give it. */
  public String keyPurposeName() {
    return label;
  }
}
