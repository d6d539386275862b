package io.hybridtls.agent.localca;

import io.hybridtls.certstore.model.CertificateRole;
import io.hybridtls.certstore.testing.TestCa;
import java.io.IOException;
import java.io.StringWriter;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A peer's request in the making. */
final class PeerCsr {

  static final Set<CertificateRole> CLIENT = Set.of(CertificateRole.CLIENT);
  static final Set<CertificateRole> SERVER = Set.of(CertificateRole.SERVER);

  private final KeyPair keys;
  private final List<GeneralName> names = new ArrayList<>();
  private KeyPair signer;
  private boolean ca;

  private PeerCsr(KeyPair keys) {
    this.keys = keys;
    this.signer = keys;
  }

  static PeerCsr of(KeyPair keys) {
    return new PeerCsr(keys);
  }

  static PeerCsr ofEcKey() {
    return new PeerCsr(TestCa.newEcKeys());
  }

  /**
   * @param kind as GeneralName numbers them
   */
  PeerCsr name(int kind, String value) {
    names.add(new GeneralName(kind, value));
    return this;
  }

  PeerCsr dns(String name) {
    return name(GeneralName.dNSName, name);
  }

  PeerCsr ip(String address) {
    return name(GeneralName.iPAddress, address);
  }

  /** Signed by somebody who does not have the key. */
  PeerCsr signedBy(KeyPair other) {
    signer = other;
    return this;
  }

  PeerCsr asCa() {
    ca = true;
    return this;
  }

  byte[] der() throws Exception {
    return request().getEncoded();
  }

  String pem() throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(request());
    }
    return text.toString();
  }

  private PKCS10CertificationRequest request() throws Exception {
    JcaPKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(
            new X500Name("CN=whatever the device says"), keys.getPublic());
    ExtensionsGenerator extensions = extensions();
    if (!extensions.isEmpty()) {
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    }
    String algorithm =
        signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    return builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()));
  }

  private ExtensionsGenerator extensions() throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    if (!names.isEmpty()) {
      extensions.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    if (ca) {
      extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    }
    return extensions;
  }
}
